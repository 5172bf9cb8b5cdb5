"""All price lists, and a new one: empty, a copy, or derived from another."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.frame import Errors, office_page, refused_in_place, seller, today
from admin.listing import PAGE_SIZE, listing, number_arg
from admin.prices.frame import EDIT, KINDS, STATES, VIEW
from admin.typed import date_of, percent_of, price_of, text_of, whole_of
from models import insight
from models.accounts import Account
from models.kernel.errors import Refused
from models.kernel.money import ZERO
from models.pricing import (
    LIST_KINDS,
    LIST_STATES,
    Grant,
    ListFilter,
    PriceList,
    assign_to_account,
    copy_list,
    count_price_lists,
    create_list,
    find_list,
    list_currencies,
    list_options,
    price_lists,
    state_of,
)
from web.access import Pages
from web.i18n import _
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("price_lists", __name__, url_prefix="/admin/prices")
FILTERS = ("q", "kind", "currency", "state", "account")
WAYS = ("empty", "copy", "derived")


@pages.get("", access=VIEW)
def page() -> Response:
    """One page of price lists."""
    state = listing("price_lists.page", FILTERS, sort="code", sorts=("code",), descending=False)
    chosen = _chosen(state.args)
    rows = price_lists(session(), chosen, on=today(), limit=PAGE_SIZE + 1, offset=state.offset)
    return office_page(
        "admin/prices/list.html",
        current="prices",
        list=state,
        chosen=chosen,
        rows=[(row, STATES[state_of(row, today())]) for row in rows[:PAGE_SIZE]],
        count=count_price_lists(session(), chosen, on=today()),
        has_more=len(rows) > PAGE_SIZE,
        kinds=KINDS,
        currencies=[(code, code) for code in list_currencies(session())],
        states=[(key, look[0]) for key, look in STATES.items()],
    )


@pages.get("/new", access=EDIT)
def new() -> Response:
    """The form of a new list; `copy` or `derive` name the list to start from."""
    return show_new()


@pages.post("", access=EDIT)
def create() -> Response:
    """Makes a draft."""

    def act() -> Response:
        way = text_of("way")
        made = {"copy": _copied, "derived": _derived}.get(way, _empty)()
        _give(made)
        commit()
        flash(_("%(code)s is a draft. It counts once it is put in force.", code=made.code))
        return go_to(url_for("price_entries.page", list_id=made.id))

    return refused_in_place(act, lambda errors, status: show_new(errors, status))


def show_new(errors: Errors | None = None, status: int = 200) -> Response:
    """The form, with what was typed."""
    copied, derived = number_arg("copy"), number_arg("derive")
    typed: dict[str, Any] = dict(request.form)
    account = _account()
    way = typed.get("way") or ("copy" if copied else "derived" if derived else "empty")
    return office_page(
        "admin/prices/new.html",
        current="prices",
        status=status,
        errors=errors or [],
        typed=typed,
        way=way if way in WAYS else "empty",
        source=typed.get("source") or copied or derived or "",
        lists=list_options(session()),
        kinds=[(key, KINDS[key]) for key in ("list", "contract")],
        account=account,
        usual_kind="contract" if account else "list",
        currency=account.currency if account else seller().base_currency,
    )


def _give(made: PriceList) -> None:
    """A list made from an account's page is that account's."""
    account_id = whole_of("for_account")
    if account_id is not None:
        assign_to_account(
            session(), made.id, account_id, Grant(valid_from=made.valid_from),
            version=made.version, by=current_actor(),
        )  # fmt: skip


def _account() -> Account | None:
    account_id = whole_of("for_account") or number_arg("for_account")
    if account_id is None:
        return None
    return insight.account_by_id(session(), account_id, current_actor(), today=today())


def _chosen(args: Any) -> ListFilter:
    kind, state = args.get("kind", ""), args.get("state", "")
    return ListFilter(
        kind=kind if kind in LIST_KINDS else "",
        state=state if state in LIST_STATES else "",
        currency=args.get("currency", ""),
        text=args.get("q", ""),
        account_id=number_arg("account"),
    )


def _empty() -> PriceList:
    return create_list(session(), by=current_actor(), valid_from=_start(), **_named(),
                       kind=_kind(), currency=text_of("currency").upper())  # fmt: skip


def _copied() -> PriceList:
    source = _source()
    return copy_list(session(), source.id, by=current_actor(), valid_from=_start(), **_named())


def _derived() -> PriceList:
    source, percent = _source(), percent_of("percent")
    step = price_of("rounding_step") if text_of("rounding_step") else ZERO
    if percent is None:
        raise Refused(_("Type by how much it differs, such as -12."), field="percent")
    return create_list(
        session(), by=current_actor(), valid_from=_start(), **_named(), kind=_kind(),
        currency=source.currency, derived_from_id=source.id, percent=percent, rounding_step=step,
    )  # fmt: skip


def _named() -> dict[str, Any]:
    name = text_of("name")
    if not name:
        raise Refused(_("Give the list a name that says whose it is."), field="name")
    return {"code": text_of("code"), "name": name[:120]}


def _kind() -> str:
    return "contract" if text_of("kind") == "contract" else "list"


def _start() -> Any:
    return date_of("valid_from") or today()


def _source() -> PriceList:
    source = whole_of("source")
    if source is None:
        raise Refused(_("Choose the list to start from."), field="source")
    return find_list(session(), source)
