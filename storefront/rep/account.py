"""A customer as the rep needs them before going in."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

from babel.dates import format_skeleton
from flask import flash, request, url_for
from markupsafe import Markup

from models.accounts import Account, Permission, add_note_in_care
from models.checkout import ShelfRow, Shopper, payer, shelf_rows, shopper_for
from models.insight import (
    Months,
    Payer,
    account_in_care,
    contacts_and_notes,
    open_orders,
    payment_habit,
    rank_of,
    twelve_months,
)
from models.kernel.quantity import plain
from models.orders import Habit, habits, told_status
from models.receivables import CreditStanding, Invoice, list_invoices, standing
from storefront.forms import NoteForm
from storefront.rep.frame import rep_page
from storefront.rows import row_views
from storefront.shopping import buyer_actor, current_shopper, own_day
from web.access import Pages, staff
from web.i18n import _, current_locale, lazy, ngettext
from web.pages import go_to
from web.presenting import day, day_count, day_in_words, day_month, money
from web.statuses import invoice_status, order_status
from web.transactions import commit, session

pages = Pages("rep_account", __name__, url_prefix="/rep/accounts")
PARTS = ("due", "usual", "orders", "account")
WAITS = {
    "awaiting_payment": lazy("It waits for its payment."),
    "on_hold": lazy("It is on hold."),
    "awaiting_approval": lazy("It waits for an approval."),
}
"""What an open order of this status waits for, where that is not the warehouse."""


@pages.get("/<int:account_id>", access=staff(Permission.ACCOUNTS_VIEW))
def account(account_id: int) -> Any:
    """Three things to know, what is due, the usual, orders and how they pay."""
    actor, on = buyer_actor(), current_shopper().today
    found = account_in_care(session(), account_id, actor, on)
    shopper = shopper_for(session(), account_id, actor, sees_prices=True)
    all_habits = habits(session(), account_id, shopper.seller.time_zone)
    due = [habit for habit in all_habits if habit.is_due(on)]
    part = request.args.get("part", "due")
    part = part if part in PARTS else "due"
    shown = {"due": due, "usual": sorted(all_habits, key=lambda habit: -habit.times)}.get(part, [])
    orders = open_orders(session(), account_id)
    contacts, notes = contacts_and_notes(session(), account_id)
    state = standing(session(), payer(session(), found.Account), today=on)
    return rep_page(
        "storefront/rep/account.html",
        title=found.Account.name,
        subtitle=_subtitle(found),
        back=url_for("rep_today.today"),
        account=found.Account,
        terms=found.terms,
        acting=actor.account_id == account_id,
        sees_reasons=actor.can(Permission.PRICES_VIEW),
        actions=_actions(found, contacts),
        brief=_brief(found.Account, state, orders, due, on),
        tabs=_tabs(account_id, part, len(due), len(all_habits)),
        part=part,
        items=_items(shopper, shown[:40]),
        orders=[_order(row, account_id) for row in orders],
        contacts=contacts,
        notes=notes,
        zone=shopper.seller.time_zone,
        **(_figures(shopper, found, state) if part == "account" else {}),
    )


@pages.post("/<int:account_id>/notes", access=staff(Permission.ACCOUNTS_VIEW))
def add_note(account_id: int) -> Any:
    """Keeps a note about the customer, for colleagues only."""
    actor, on = buyer_actor(), current_shopper().today
    found = account_in_care(session(), account_id, actor, on)
    form = NoteForm()
    form.require_valid()
    add_note_in_care(session(), found.Account, form.text.data or "", by=actor, today=on)
    commit()
    flash(_("The note is kept."))
    return go_to(url_for("rep_account.account", account_id=account_id))


def _subtitle(found: Any) -> str:
    city = found.Address.city if found.Address else ""
    return ", ".join(part for part in (found.Account.number, city) if part)


def _actions(found: Any, contacts: Any) -> list[dict[str, str]]:
    """Call, directions, message: each only where there is something to reach."""
    address = found.Address
    phone = next(
        (each for each in (found.Account.phone, getattr(address, "phone", ""),
                           *(c.mobile or c.phone for c in contacts)) if each), ""
    )  # fmt: skip
    email = next(
        (each for each in (getattr(address, "email", ""), *(c.email for c in contacts)) if each), ""
    )
    actions = []
    if phone:
        dial = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
        actions.append({"label": _("Call"), "icon": "phone", "href": f"tel:{dial}"})
    if address is not None:
        where = quote_plus(f"{address.line1}, {address.city} {address.postcode}")
        actions.append(
            {"label": _("Directions"), "icon": "navigation", "href": f"geo:0,0?q={where}"}
        )
    if email:
        actions.append({"label": _("Message"), "icon": "mail", "href": f"mailto:{email}"})
    actions.append({"label": _("Note"), "icon": "notebook-pen", "href": "#note"})
    return actions


def _brief(
    account: Account, state: CreditStanding, orders: Any, due: list[Habit], on: date
) -> list[dict[str, Any]]:
    """The three things to know before going in."""
    return [_money_brief(account, state), _promise_brief(orders, on), _due_brief(due)]


def _money_brief(account: Account, state: CreditStanding) -> dict[str, Any]:
    currency = account.currency
    if state.overdue:
        head = _("%(amount)s overdue", amount=money(state.overdue, currency))
        tail = ngettext("since %(num)s day.", "since %(num)s days.", state.overdue_days)
        return _told("triangle-alert", "bad", head, tail)
    tail = _("Owes %(open)s, credit free %(free)s.", open=money(state.open_invoices, currency),
             free=money(max(state.available, 0), currency))  # fmt: skip
    return _told("circle-check", "ok", _("Nothing overdue."), tail)


def _promise_brief(orders: Any, on: date) -> dict[str, Any]:
    late = [row for row in orders if row.promised_on and row.promised_on < on]
    moved = [row for row in orders if row.promised_on and row.first_promised_on
             and row.promised_on > row.first_promised_on]  # fmt: skip
    if late:
        return _late_brief(late)
    if moved:
        head = _("%(number)s will be late,", number=moved[0].number)
        tail = _("promised for %(day)s now.", day=day_in_words(moved[0].promised_on))
        return _told("calendar-clock", "warn", head, tail)
    if orders:
        head = ngettext("%(num)s open order.", "%(num)s open orders.", len(orders))
        waiting = Counter(status for status in map(_status, orders) if status in WAITS)
        tail = _waiting_words(waiting) if waiting else _("All as promised.")
        return _told("truck", "warn" if waiting else "ok", head, tail)
    return _told("truck", "", _("No open orders."), "")


def _late_brief(late: list[Any]) -> dict[str, Any]:
    """The order that is late for longest, what it waits for, and how many others are late."""
    first = min(late, key=lambda row: row.promised_on)
    why = WAITS.get(_status(first), lazy("It has not been shipped."))
    parts = [_("it was promised for %(day)s.", day=day_in_words(first.promised_on)), str(why)]
    if len(late) > 1:
        others = len(late) - 1
        parts.append(ngettext("%(num)s more is late.", "%(num)s more are late.", others))
    return _told("calendar-clock", "bad", _("%(number)s is late,", number=first.number),
                 " ".join(parts))  # fmt: skip


def _waiting_words(waiting: Counter[str]) -> str:
    """How many open orders wait for something other than the warehouse, each kind a sentence."""
    held, unpaid = waiting["on_hold"], waiting["awaiting_payment"]
    asked = waiting["awaiting_approval"]
    parts = [
        ngettext("%(num)s is on hold.", "%(num)s are on hold.", held) if held else "",
        ngettext("%(num)s waits for its payment.", "%(num)s wait for their payment.", unpaid)
        if unpaid else "",
        ngettext("%(num)s waits for an approval.", "%(num)s wait for an approval.", asked)
        if asked else "",
    ]  # fmt: skip
    return " ".join(part for part in parts if part)


def _status(row: Any) -> str:
    return told_status(row.status, row.hold_codes)


def _due_brief(due: list[Habit]) -> dict[str, Any]:
    if not due:
        return _told("repeat", "", _("Nothing due."), _("They bought what they usually do."))
    head = ngettext("%(num)s product due.", "%(num)s products due.", len(due))
    first = due[0]
    tail = _("The first since %(day)s.", day=day_month(first.due_on))
    return _told("repeat", "info", head, tail)


def _told(icon: str, tone: str, head: str, tail: str) -> dict[str, Any]:
    text = Markup("<b>{}</b> {}").format(head, tail)
    return {"icon": icon, "tone": tone, "text": text}


def _tabs(account_id: int, part: str, due: int, usual: int) -> list[dict[str, Any]]:
    names = {"due": (_("Due now"), due), "usual": (_("Usual"), usual),
             "orders": (_("Orders"), None), "account": (_("Account"), None)}  # fmt: skip
    return [
        {"label": label, "count": count, "current": name == part,
         "href": url_for("rep_account.account", account_id=account_id, part=name)}
        for name, (label, count) in names.items()
    ]  # fmt: skip


def _items(shopper: Shopper, shown: list[Habit]) -> list[dict[str, Any]]:
    rows: dict[int, ShelfRow] = {
        row.product_id: row
        for row in shelf_rows(session(), shopper, [habit.product_id for habit in shown])
    }
    items = []
    for habit in shown:
        row = rows.get(habit.product_id)
        if row is None:
            continue
        view = row_views([row], shopper, may_order=True)[0]
        words = _("Usually %(units)s every %(days)s, last %(day)s",
                  units=plain(habit.usual_quantity), days=day_count(habit.interval_days),
                  day=day_month(habit.last_on))  # fmt: skip
        items.append({"row": view, "usual": plain(habit.usual_quantity), "note": words})
    return items


def _order(row: Any, account_id: int) -> dict[str, Any]:
    return {
        "number": row.number,
        "href": url_for("rep_order.order", account_id=account_id, number=row.number),
        "note": ", ".join(part for part in (day(own_day(row.placed_at)), row.po_number) if part),
        "status": order_status(row.status, row.hold_codes),
        "total": money(row.total_amount, row.currency),
    }


def _figures(shopper: Shopper, found: Any, state: CreditStanding) -> dict[str, Any]:
    account, on, currency = found.Account, shopper.today, shopper.currency
    months = twelve_months(session(), account.id, on, shopper.seller.time_zone)
    place, of = rank_of(session(), account.id, on)
    habit = payment_habit(session(), account.pays_id, on)
    mine = Invoice.bill_to_account_id == account.pays_id
    bought = money(months.total, currency)
    said = _("Bought by month, %(total)s in twelve months", total=bought)
    ranked = _("%(place)s of %(of)s customers", place=place, of=of) if place else ""
    return {
        "bars": _bars(months),
        "bars_said": said,
        "facts": [
            {"label": _("Twelve months"), "value": bought, "note": ranked},
            _credit_fact(state, currency),
            _paying_fact(habit),
        ],
        "invoices": [_invoice(row, on) for row in list_invoices(session(), mine)],
    }


def _credit_fact(state: CreditStanding, currency: str) -> dict[str, Any]:
    used = float(100 * state.exposure / state.limit) if state.limit else 0
    return {
        "label": _("Credit left"),
        "value": money(max(state.available, Decimal(0)), currency),
        "meter": (used, _("Credit used")),
        "note": _(
            "%(used)s of %(limit)s used",
            used=money(max(state.exposure, Decimal(0)), currency),
            limit=money(state.limit, currency),
        ),
        "tone": "bad" if used > 100 else "",
    }


def _paying_fact(habit: Payer) -> dict[str, Any]:
    note = _("%(late)s of %(all)s late", late=habit.late, all=habit.settled)
    return {
        "label": _("Pays"),
        "value": _pays(habit),
        "note": note if habit.settled else "",
        "tone": "bad" if habit.late * 2 > habit.settled else "ok",
    }


def _invoice(row: Any, on: date) -> dict[str, Any]:
    may_read = buyer_actor().can(Permission.INVOICES_VIEW)
    return {
        "number": row.number,
        "href": url_for("office_invoices.page_of", number=row.number) if may_read else "",
        "due": day(row.due_on),
        "open": ("−" if row.kind == "credit_note" else "") + money(row.open_amount, row.currency),
        "status": invoice_status(row.kind, row.open_amount, row.due_on, on),
    }


def _pays(habit: Payer) -> str:
    if not habit.settled:
        return _("No invoices yet")
    if habit.average_days_late < 1:
        return _("On time")
    return ngettext("%(num)s day late", "%(num)s days late", habit.average_days_late)


def _bars(months: Months) -> list[tuple[str, float]]:
    locale = current_locale()
    return [
        (format_skeleton("MMMMM", on, locale=locale), float(amount)) for on, amount in months.points
    ]
