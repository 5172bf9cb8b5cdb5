"""The program refuses to start half-configured or unsafe, and says what is wrong."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config import Misconfigured, load

SAFE = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://shop@db/shop",
    "SECRET_KEY": "k3J9x0QpZ7vL2mN8sT4wY6aB1cD5eF0g",
    "BASE_URL": "https://shop.example/",
}


def test_a_safe_production_starts() -> None:
    settings = load(SAFE)
    assert settings.is_production
    assert settings.base_url == "https://shop.example"
    assert settings.database_url == "postgresql+psycopg://shop@db/shop"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "at least 32 random characters"),
        ({"SECRET_KEY_FALLBACKS": "old"}, "at least 32 random characters"),
        ({"SECRET_KEY": "a" * 40}, "SECRET_KEY is not random"),
        ({"BASE_URL": "http://shop.example"}, "BASE_URL must be the https address"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
        ({"DEMO": "1"}, "DEMO is set"),
        ({"FAILPOINT": "invoice.posted:1"}, "FAILPOINT is set"),
        ({"STRIPE_API_BASE": "http://localhost:1"}, "STRIPE_API_BASE names a stand-in"),
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "STRIPE_SECRET_KEY is a test key"),
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, "Stripe is half configured"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"DATABASE_URL": "sqlite:///x"}, "no other database is supported"),
        ({"ENVIRONMENT": "staging"}, "must be production, local, demo or test"),
        ({"SMTP_URL": "mail.example"}, "SMTP_URL must begin with smtp://"),
        ({"PROXY_HOPS": "one"}, "PROXY_HOPS is “one”"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be"),
    ],
)
def test_each_fault_is_named(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        load({**SAFE, **change})


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refusal:
        load({"ENVIRONMENT": "production"})
    assert len(str(refusal.value).splitlines()) == 3


def test_the_demo_makes_a_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    environ = {**SAFE, "ENVIRONMENT": "demo", "SECRET_KEY": "", "DATA_DIR": str(tmp_path)}
    first, second = load(environ), load(environ)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
