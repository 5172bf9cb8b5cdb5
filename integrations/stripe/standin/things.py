"""The objects of Stripe's interface and what happens to them."""

from __future__ import annotations

import time
from typing import Any

from integrations.stripe.standin.parameters import invalid
from integrations.stripe.standin.record import Record, Thing, new_id, now

API_VERSION = "2026-10-28.endive"
FEE_PER_MILLE, FEE_EACH = 15, 20
EXPANDS = ("latest_charge", "latest_charge.balance_transaction")
SHORTEST_PAGE, LONGEST_PAGE = 30 * 60, 24 * 60 * 60


class Till:
    """Everything that changes the record, and the events that tell of it."""

    def __init__(self, record: Record, page_base: str) -> None:
        self.record = record
        self.page_base = page_base

    def open_page(self, params: Thing) -> Thing:
        """A Checkout session."""
        if params["mode"] != "payment":
            raise invalid(f"Invalid mode: must be payment, got {params['mode']}", param="mode")
        lasts = params.get("expires_at", now() + LONGEST_PAGE) - now()
        if not SHORTEST_PAGE <= lasts <= LONGEST_PAGE:
            raise invalid(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
                "Session creation.",
                param="expires_at",
            )
        total = sum(i["quantity"] * i["price_data"]["unit_amount"] for i in params["line_items"])
        currency = params["line_items"][0]["price_data"]["currency"]
        if total < 30:
            raise invalid(
                "The Checkout Session's total amount must convert to at least 30 pence.",
                code="amount_too_small",
            )
        identity = new_id("cs_test")
        return self.record.save(
            {
                "id": identity, "object": "checkout.session", "created": now(), "livemode": False,
                "mode": "payment", "status": "open", "payment_status": "unpaid",
                "amount_subtotal": total, "amount_total": total, "currency": currency,
                "client_reference_id": params.get("client_reference_id"),
                "customer_email": params.get("customer_email"),
                "expires_at": params.get("expires_at", now() + LONGEST_PAGE),
                "success_url": params["success_url"], "cancel_url": params.get("cancel_url"),
                "metadata": params.get("metadata", {}), "payment_intent": None,
                "allowed_payment_method_types": params.get("allowed_payment_method_types"),
                "adaptive_pricing": params.get("adaptive_pricing", {"enabled": False}),
                "ui_mode": "hosted_page", "url": f"{self.page_base}/c/pay/{identity}",
                "_name": params["line_items"][0]["price_data"]["product_data"]["name"],
                "_intent": params.get("payment_intent_data", {}),
            }
        )  # fmt: skip

    def expire_page(self, page: Thing) -> Thing:
        """Closes a page that is open."""
        if page["status"] != "open":
            raise invalid(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
                f"Session has a status of {page['status']}."
            )
        page["status"], page["url"] = "expired", None
        self.record.save(page)
        self._tell("checkout.session.expired", page)
        return page

    def expire_overdue(self) -> None:
        """Closes the pages whose time is over."""
        for page in self.record.all("checkout.session"):
            if page["status"] == "open" and page["expires_at"] <= now():
                self.expire_page(page)

    def decline(self, page: Thing, code: str, message: str) -> None:
        """A card is refused on the page, which stays open."""
        intent = self._intent_of(page)
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {
            "type": "card_error", "code": "card_declined", "decline_code": code, "message": message,
        }  # fmt: skip
        charge = self._charge(intent, "failed", "")
        charge["failure_code"], charge["failure_message"] = "card_declined", message
        self.record.save(charge)
        self.record.save(intent)
        self._tell("charge.failed", charge)
        self._tell("payment_intent.payment_failed", intent)

    def pay(self, page: Thing, card: str) -> None:
        """A card pays: once per page, whatever the person presses."""
        if page["status"] != "open":
            return
        intent = self._intent_of(page)
        charge = self._charge(intent, "succeeded", card)
        intent.update(
            status="succeeded", amount_received=page["amount_total"], latest_charge=charge["id"],
            last_payment_error=None,
        )  # fmt: skip
        page.update(status="complete", payment_status="paid", url=None)
        moved = _balance_transaction(charge)
        charge["balance_transaction"] = moved["id"]
        for thing in (moved, charge, intent, page):
            self.record.save(thing)
        self._tell("charge.succeeded", charge)
        self._tell("payment_intent.succeeded", intent)
        self._tell("checkout.session.completed", page)

    def refund(self, params: Thing) -> Thing:
        """Money back, never more than was taken."""
        charge = self._charge_to_refund(params)
        left = charge["amount"] - charge["amount_refunded"]
        if not left:
            raise invalid(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        amount = params.get("amount", left)
        if amount <= 0:
            raise invalid("Invalid positive integer", param="amount",
                          code="parameter_invalid_integer")  # fmt: skip
        if amount > left:
            raise invalid(
                f"Refund amount ({_money(amount)}) is greater than unrefunded amount on charge "
                f"({_money(left)})",
                param="amount",
            )
        card = charge["_card"]
        refund: Thing = {
            "id": new_id("re"), "object": "refund", "amount": amount, "charge": charge["id"],
            "created": now(), "currency": charge["currency"],
            "metadata": params.get("metadata", {}), "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"), "receipt_number": None,
            "status": "pending" if card.endswith("7726") else "succeeded",
        }  # fmt: skip
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.record.save(charge)
        self.record.save(refund)
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        if refund["status"] == "pending":
            self._finish_refund(refund, "succeeded", "refund.updated")
        elif card.endswith("5126"):
            charge["amount_refunded"] -= amount
            charge["refunded"] = False
            self.record.save(charge)
            self._finish_refund(refund, "failed", "refund.failed")
        return refund

    def expanded(self, intent: Thing, paths: list[str]) -> Thing:
        """A payment intent with its charge, and that with its balance transaction, in place of
        their ids, as far as the paths say."""
        for path in paths:
            if path not in EXPANDS:
                raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        if not paths or not intent["latest_charge"]:
            return intent
        charge = dict(self.find("charge", intent["latest_charge"]))
        if EXPANDS[1] in paths and charge["balance_transaction"]:
            moved = charge["balance_transaction"]
            charge["balance_transaction"] = self.find("balance_transaction", moved)
        return {**intent, "latest_charge": shown(charge)}

    def find(self, kind: str, identity: str) -> Thing:
        """An object by its id; refused as Stripe refuses an unknown one."""
        thing = self.record.get(kind, identity)
        if thing is None:
            name = kind.rpartition(".")[2].replace("_", " ")
            raise invalid(
                f"No such {name}: '{identity}'", param="id", code="resource_missing", status=404
            )
        return thing

    def _finish_refund(self, refund: Thing, status: str, event: str) -> None:
        later = dict(refund, status=status)
        if status == "failed":
            later["failure_reason"] = "expired_or_canceled_card"
        self.record.save(later)
        self._tell(event, later)

    def _charge_to_refund(self, params: Thing) -> Thing:
        if "charge" in params:
            return self.find("charge", params["charge"])
        if "payment_intent" not in params:
            raise invalid(
                "One of the following params should be provided for this request: payment_intent "
                "or charge."
            )
        intent = self.find("payment_intent", params["payment_intent"])
        if intent["status"] != "succeeded":
            raise invalid(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            )
        return self.find("charge", intent["latest_charge"])

    def _intent_of(self, page: Thing) -> Thing:
        if page["payment_intent"]:
            return self.find("payment_intent", page["payment_intent"])
        asked = page["_intent"]
        intent = {
            "id": new_id("pi"), "object": "payment_intent", "created": now(), "livemode": False,
            "amount": page["amount_total"], "amount_received": 0, "currency": page["currency"],
            "capture_method": "automatic", "description": asked.get("description"),
            "metadata": asked.get("metadata", {}), "status": "requires_payment_method",
            "payment_method_types": ["card"], "latest_charge": None, "last_payment_error": None,
        }  # fmt: skip
        page["payment_intent"] = intent["id"]
        self.record.save(page)
        return self.record.save(intent)

    def _charge(self, intent: Thing, status: str, card: str) -> Thing:
        is_paid = status == "succeeded"
        return {
            "id": new_id("ch"), "object": "charge", "created": now(), "livemode": False,
            "amount": intent["amount"], "amount_captured": intent["amount"] if is_paid else 0,
            "amount_refunded": 0, "captured": is_paid, "paid": is_paid, "refunded": False,
            "currency": intent["currency"], "description": intent["description"],
            "metadata": dict(intent["metadata"]), "payment_intent": intent["id"],
            "balance_transaction": None, "status": status, "failure_code": None,
            "failure_message": None, "_card": card,
            "payment_method_details": {"type": "card", "card": {"last4": card[-4:]}},
        }  # fmt: skip

    def _tell(self, kind: str, thing: Thing) -> None:
        event: Thing = {
            "id": new_id("evt"), "object": "event", "api_version": API_VERSION, "created": now(),
            "livemode": False, "pending_webhooks": 1, "type": kind,
            "data": {"object": shown(thing)}, "request": {"id": None, "idempotency_key": None},
        }  # fmt: skip
        self.record.save(event)
        hooks = self.record.mode("webhooks", {})
        if hooks.get("off"):
            return
        for repeat in range(1 + int(hooks.get("repeat", 0))):
            due = time.time() + float(hooks.get("delay_seconds", 0)) + 0.05 * repeat
            self.record.deliver(event["id"], due)


def _balance_transaction(charge: Thing) -> Thing:
    """What reaches the seller's balance of a charge: less a fee, as for a European card."""
    fee = (charge["amount"] * FEE_PER_MILLE + 500) // 1000 + FEE_EACH
    return {
        "id": new_id("txn"), "object": "balance_transaction", "created": now(),
        "amount": charge["amount"], "currency": charge["currency"], "exchange_rate": None,
        "fee": fee, "net": charge["amount"] - fee, "source": charge["id"], "status": "pending",
        "type": "charge", "reporting_category": "charge",
        "fee_details": [{
            "amount": fee, "currency": charge["currency"], "application": None,
            "description": "Stripe processing fees", "type": "stripe_fee",
        }],
    }  # fmt: skip


def shown(thing: Any) -> Any:
    """An object without what only the stand-in knows of it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def _money(units: int) -> str:
    return f"{units / 100:.2f}"
