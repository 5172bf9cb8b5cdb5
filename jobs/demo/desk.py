"""The desk's side of the demo: messages, closed days, the account of cash sales."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from jobs.demo.cast import Cast
from models.accounts import Account, AccountGroup, Address, PaymentTerms, User
from models.checkout import CASH_ACCOUNT
from models.closing import close_day
from models.kernel import clock, settings
from models.orders import Order, answer_request, take_request, write_message

CASH_NUMBER = "CASH"
SIGNED = "What is packed goes with the next van; the desk answers the rest first thing."


def open_cash_account(cast: Cast) -> None:
    """The account that sales to customers without one go to."""
    group = cast.session.scalars(select(AccountGroup).order_by(AccountGroup.id)).first()
    terms = cast.session.scalars(select(PaymentTerms).where(PaymentTerms.code == "NET30")).one()
    account = Account(
        number=CASH_NUMBER, name="Cash sales", legal_name="Cash sales", country="GB",
        group_id=group.id if group else None, terms_id=terms.id, trade="Customers at the counter",
    )  # fmt: skip
    cast.session.add(account)
    cast.session.flush()
    cast.session.add(
        Address(
            account_id=account.id, code="COUNTER", company="Counter", line1="Trade counter",
            city="Hull", postcode="HU1 1AA", country="GB", is_ship_to=True, is_bill_to=True,
            is_default=True,
        )
    )  # fmt: skip
    settings.change(cast.session, CASH_ACCOUNT, CASH_NUMBER, by=None)


def sign_the_day(cast: Cast) -> None:
    """Nora closes the day, with what stands open."""
    close_day(cast.session, cast.seller, SIGNED, by=cast.staff["nora"])


def talk(cast: Cast) -> None:
    """What buyers and a rep have written by now: two wait, one is taken, one was answered."""
    session, staff, buyers = cast.session, cast.staff, cast.buyers
    written = (
        (50, "fernhill", "fernhill", "Could the pots come on one pallet? Our lift takes 800 kg."),
        (26, "marlow", "rita", "They ask whether the rest can come to the shop in Scarborough."),
        (3, "harbour", "harbour", "Please leave it with the café next door, we open at eleven."),
        (1, "seaglass", "seaglass", "When will the rest arrive? Somebody is here until five."),
    )
    for hours, account, writer, words in written:
        at = cast.now - timedelta(hours=hours)
        order = _latest(cast, account, at)
        by = buyers.get(writer) or staff[writer]
        if order is None:
            continue
        with clock.travelling(at):
            write_message(session, order, words, by=by)
        if account == "fernhill":
            with clock.travelling(at + timedelta(hours=2)):
                answer_request(
                    session, order, "They are on one pallet, 640 kg with the wrapping.",
                    by=staff["olu"],
                )  # fmt: skip
        elif account == "harbour":
            with clock.travelling(at + timedelta(hours=1)):
                take_request(session, order, by=staff["olu"])
    session.get_one(User, staff["olu"].id).wants_day_mail = True


def _latest(cast: Cast, account: str, at: datetime) -> Order | None:
    """What the account had ordered last by then."""
    return cast.session.scalars(
        select(Order)
        .where(
            Order.account_id == cast.accounts[account].id,
            Order.cancelled_at.is_(None),
            Order.placed_at < at,
        )
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(1)
    ).first()
