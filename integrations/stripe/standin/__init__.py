"""A strict stand-in for Stripe: a process of its own with its own record of the truth.

    python -m integrations.stripe.standin --port 12111 --record FILE --webhooks URL

It is for the demo and for tests. It knows what this program uses of Stripe's interface and refuses
everything else, as Stripe would: unknown parameters, another key, the same idempotency key with
other parameters, refunds beyond what is left. The tests walk its answers with Stripe's own library.
"""
