"""The staff's frame: navigation with what waits, the state of the mail, and refusals in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, g, request, url_for
from markupsafe import Markup
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from models.accounts import Actor, Permission
from models.insight import Waiting, count_waiting
from models.kernel import clock, settings
from models.kernel.errors import Conflict, DomainError, Refused
from models.kernel.mail import DIVERT_TO, mail_state
from models.kernel.seller import Seller, first_seller
from web.branding import brand_of
from web.errors import STATUSES
from web.i18n import _
from web.identity import current_actor, current_visit
from web.pages import page_address, render, wants_fragment
from web.shell import FloorShell, NavGroup, NavItem, OfficeShell, Person, Strip
from web.transactions import session

Errors = list[tuple[str, str]]


def office_page(
    page: str, *, current: str = "", fragment: str | None = None, status: int = 200, **context: Any
) -> Response:
    """A page of the office in its frame, or its fragment where htmx asked for that alone."""
    if not (fragment and wants_fragment()):
        context["shell"] = office_shell(current)
        context["home"] = seller().country
    return _render(page, fragment=fragment, status=status, **context)


def floor_page(page: str, shell: FloorShell, *, status: int = 200, **context: Any) -> Response:
    """A page of the warehouse floor in its frame."""
    return _render(page, fragment=None, status=status, shell=shell, **context)


def refused_in_place(
    act: Callable[[], Response], show: Callable[[Errors, int], Response]
) -> Response:
    """What `act` answers; a refusal or a conflict shows the page again with its sentences."""
    try:
        return act()
    except (Refused, Conflict) as refusal:
        session().rollback()
        return show(sentences_of(refusal), STATUSES[type(refusal)])


def sentences_of(refusal: DomainError) -> Errors:
    """The problems as the error summary takes them."""
    return [(each.field or "", _(each.sentence)) for each in refusal.problems]


def seller() -> Seller:
    """The company whose office this is, read once per request."""
    if "seller" not in g:
        g.seller = first_seller(session())
    return cast("Seller", g.seller)


def today() -> Any:
    """The business day in the company's time zone."""
    return clock.today(seller().time_zone)


def waiting() -> Waiting:
    """What waits, counted once per request."""
    if "waiting" not in g:
        g.waiting = count_waiting(session(), today=today())
    return cast("Waiting", g.waiting)


def picture_of(digest: str) -> str:
    """The address of a product's picture, empty where there is none."""
    return address("pictures.picture", digest=digest) if digest else ""


def address(endpoint: str, **values: Any) -> str:
    """The address of an endpoint that another part of the program may not offer; empty then."""
    try:
        return url_for(endpoint, **values) if values else page_address(endpoint)
    except BuildError:
        return ""


def person() -> Person:
    """Who is signed in, as the frames show it."""
    actor = current_actor()
    return Person(
        name=actor.name,
        role=current_visit().email,
        initials="".join(part[:1] for part in actor.name.split()[:2]).upper(),
        settings_href=address("details.page"),
        sign_out_href=page_address("signing_in.stop"),
    )


def office_shell(current: str = "") -> OfficeShell:
    """The frame for the person of this request; `current` is the key of the page's entry."""
    groups = [_group(current, label, items) for label, items in _entries(waiting())]
    return OfficeShell(
        brand=brand_of(seller(), page_address("office_today.page"), _("Back office")),
        person=person(),
        groups=tuple(group for group in groups if group.items),
        find_href=page_address("office_finding.find"),
        strips=(*acting_strips(), *mail_strips()),
    )


def office_frame() -> OfficeShell:
    """The frame of a page that is found in the navigation by its own address."""
    return office_shell()


def acting_strips() -> tuple[Strip, ...]:
    """The permanent line while staff order for a customer, with its way out."""
    visit = current_visit()
    leave = address("acting.stop")
    if visit.actor.acting_for_id is None or not leave:
        return ()
    text = _("Ordering for %(account)s", account=visit.account_name)
    return (Strip(text, "acting", "store", _("Leave"), leave, action_posts=True),)


def mail_strips() -> tuple[Strip, ...]:
    """That mail is off, diverted or cannot leave, for everybody who might wait for one."""
    state = mail_state(session())
    has_server = bool(current_app.extensions["settings"].smtp_url)
    if state == "live" and has_server:
        return ()
    may_look = current_actor().can(Permission.SETTINGS_MANAGE)
    action = (_("Change this"), page_address("company_mail.page")) if may_look else ("", "")
    if state == "off":
        text: str | Markup = _("Mail is switched off: nothing leaves the house.")
    elif state == "diverted" and not (divert_to := settings.get(session(), DIVERT_TO)):
        text = _("Mail is kept here, none goes to customers.")
    elif not has_server:
        text = _("No mail server is configured: every mail is kept here, none leaves.")
    else:
        text = _("All mail goes to %(address)s, none to customers.", address=divert_to)
    is_grave = state == "off" or (state == "live" and not has_server)
    return (Strip(text, "warn" if is_grave else "info", "mail", *action),)


Entry = tuple[str, str, str, str, int | None, Permission]
KEYS = {"desk": "p"}
"""The entries that a single key opens from every page."""


def _entries(counts: Waiting) -> list[tuple[str, list[Entry]]]:
    """Key, words, endpoint, icon, count and the permission of each entry, by group."""
    look = Permission
    return [
        ("", [
            ("today", _("Today"), "office_today.page", "house", None, look.OFFICE_VIEW),
            ("orders", _("Orders"), "office_orders.page", "inbox", counts.orders["open"],
             look.ORDERS_VIEW),
            ("desk", _("Phone order"), "desk.page", "phone", None, look.ORDERS_TAKE),
            ("messages", _("Messages"), "office_messages.page", "message-square",
             counts.messages or None, look.ORDERS_EDIT),
            ("counter", _("Counter"), "office_counter.page", "banknote", None, look.COUNTER_SELL),
            ("applications", _("Applications"), "applications.page", "user-plus",
             counts.applications or None, look.ACCOUNTS_APPROVE),
        ]),
        (_("Warehouse"), [
            ("pick", _("Pick"), "floor_lists.page", "hand", counts.pick_lists, look.PICK),
            ("pack", _("Pack"), "floor_packing.waiting", "package-open", counts.to_pack, look.SHIP),
            ("ship", _("Ship"), "floor_shipping.page", "truck", counts.to_ship, look.SHIP),
            ("returns", _("Returns"), "office_returns.page", "undo-2", counts.returns,
             look.ORDERS_VIEW),
            ("stock", _("Stock"), "office_stock.page", "boxes", None, look.STOCK_VIEW),
            ("purchasing", _("Purchase orders"), "office_purchasing.page", "factory", None,
             look.PURCHASING_VIEW),
        ]),
        (_("Sales"), [
            ("accounts", _("Accounts"), "office_accounts.page", "store", None, look.ACCOUNTS_VIEW),
            ("products", _("Products"), "office_products.page", "tag", None, look.PRODUCTS_VIEW),
            ("prices", _("Price lists"), "price_lists.page", "badge-percent", None,
             look.PRICES_VIEW),
        ]),
        *_money_and_system(counts),
    ]  # fmt: skip


def _money_and_system(counts: Waiting) -> list[tuple[str, list[Entry]]]:
    look = Permission
    return [
        (_("Finance"), [
            ("invoices", _("Invoices"), "office_invoices.page", "receipt-text",
             counts.overdue_invoices, look.INVOICES_VIEW),
            ("ageing", _("Ageing"), "office_ageing.page", "hourglass", None, look.INVOICES_VIEW),
            ("payments", _("Payments"), "office_payments.page", "wallet",
             counts.unapplied_payments, look.PAYMENTS_VIEW),
            ("cards", _("Card payments"), "office_cards.page", "credit-card",
             counts.card_trouble or None, look.PAYMENTS_VIEW),
            ("day_end", _("Day end"), "office_day_end.page", "list-checks", None, look.DAY_CLOSE),
            ("bookkeeping", _("For the bookkeeper"), "office_bookkeeping.page", "book-open", None,
             look.LEDGER_VIEW),
        ]),
        (_("System"), [
            ("company", _("Set-up"), "company.page", "sliders-horizontal", None,
             look.SETTINGS_MANAGE),
            ("imports", _("Imports"), "imports.page", "upload", None, look.SETTINGS_MANAGE),
            ("users", _("Users"), "users.page", "users", None, look.USERS_MANAGE),
            ("audit", _("Audit"), "audit.page", "shield-check", None, look.AUDIT_VIEW),
            ("mails", _("Mail"), "office_mails.page", "mail", counts.failed_mails or None,
             look.SETTINGS_MANAGE),
            ("tasks", _("Tasks"), "office_tasks.page", "activity", None, look.SETTINGS_MANAGE),
        ]),
    ]  # fmt: skip


def _group(current: str, label: str, entries: list[Entry]) -> NavGroup:
    actor = current_actor()
    items = [
        NavItem(
            words,
            href,
            icon,
            count,
            current=key == current or endpoint == request.endpoint,
            key=KEYS.get(key, ""),
        )
        for key, words, endpoint, icon, count, permission in entries
        if actor.can(permission) and (href := address(endpoint))
    ]
    return NavGroup(tuple(items), label)


def _render(page: str, *, fragment: str | None, status: int, **context: Any) -> Response:
    actor: Actor = current_actor()
    errors: Errors = context.setdefault("errors", [])
    context.setdefault("page_errors", bool(errors))
    return render(
        page,
        fragment=fragment,
        status=status,
        can=lambda name: name in actor.permissions,
        zone=seller().time_zone,
        base_currency=seller().base_currency,
        today=today(),
        **context,
    )
