"""Cards through Stripe: Checkout, refunds, webhooks."""

from integrations.stripe.client import Forged, StripeCards, cards_of
from integrations.stripe.events import news_of
from integrations.stripe.starting import CardPayments, ask_about

__all__ = ["CardPayments", "Forged", "StripeCards", "ask_about", "cards_of", "news_of"]
