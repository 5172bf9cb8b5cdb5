"""The payment page that the stand-in hosts in place of Stripe's, saying so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request

from integrations.stripe.amounts import from_stripe
from integrations.stripe.standin.record import Thing
from integrations.stripe.standin.things import Till

page = Blueprint("page", __name__, template_folder="templates")
DECLINES = {
    "4000000000000002": ("generic_decline", "Your card was declined."),
    "4000000000009995": ("insufficient_funds", "Your card has insufficient funds."),
    "4000000000000069": ("expired_card", "Your card has expired."),
}
ASKS_BANK = {"4000002500003155", "4000002760003184"}
PAYS = {"4242424242424242", "5555555555554444", "4000000000007726", "4000000000005126"}
CARDS = (
    ("4242 4242 4242 4242", "is accepted"),
    ("4000 0025 0000 3155", "asks the bank first (3-D Secure)"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has no money left"),
)


@page.get("/c/pay/<identity>")
def show(identity: str) -> Any:
    """The form, or what became of the payment."""
    return _shown(identity)


@page.post("/c/pay/<identity>")
def pay(identity: str) -> Any:
    """A card is tried."""
    till, number = _till(), "".join(filter(str.isdigit, request.form.get("number", "")))
    with till.record.lock:
        found = till.record.get("checkout.session", identity)
        if found is None or found["status"] != "open":
            return _shown(identity)
        if number in DECLINES:
            code, message = DECLINES[number]
            till.decline(found, code, message)
            return _shown(identity, error=message, number=number)
        if number in ASKS_BANK and request.form.get("bank") != "yes":
            if request.form.get("bank") == "no":
                message = "We are unable to authenticate your payment method."
                till.decline(found, "authentication_required", message)
                return _shown(identity, error=message, number=number)
            return _shown(identity, asks_bank=True, number=number)
        if number not in PAYS | ASKS_BANK:
            message = "Your card number is invalid. This page takes the test cards below only."
            return _shown(identity, error=message, number=number)
        with till.record.whole():
            till.pay(found, number)
    return redirect(found["success_url"], 303)


def _shown(
    identity: str, *, error: str = "", asks_bank: bool = False, number: str = ""
) -> Response:
    till = _till()
    with till.record.lock:
        till.expire_overdue()
        found = till.record.get("checkout.session", identity)
    if found is None:
        return Response("There is no such payment.\n", 404, mimetype="text/plain")
    currency = found["currency"].upper()
    amount: Decimal = from_stripe(found["amount_total"], currency)
    html = render_template(
        "checkout.html", session=found, amount=f"{amount:,} {currency}", error=error,
        asks_bank=asks_bank, number=number or "4242424242424242", cards=CARDS,
        back=_back(found),
    )  # fmt: skip
    response = Response(html, 422 if error else 200)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(session: Thing) -> str:
    """Where the shop is, for a page that is finished."""
    address: str = (
        session["success_url"]
        if session["status"] == "complete"
        else (session["cancel_url"] or session["success_url"])
    )
    return address if urlsplit(address).scheme in ("http", "https") else "/"


def _till() -> Till:
    found: Till = current_app.config["TILL"]
    return found
