"""Settings from the environment: typed, frozen, and refused when they are unsafe.

docs/operating.md lists them. What staff change while the program runs is in models/kernel/settings.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from click import ClickException

SHORTEST_SECRET = 32
LIVE_KEYS = ("sk_live_", "rk_live_")
STRIPE_NAMES = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")


class Environment(StrEnum):
    """What the program runs for; production is the strict one and the default.

    `local` is a company of one's own on one's own machine, as `bin/start` runs it: without https
    and with a key that it makes itself, but with nothing of the demo.
    """

    PRODUCTION = "production"
    DEMO = "demo"
    LOCAL = "local"
    TEST = "test"


class Misconfigured(ClickException):
    """The program does not start. A sentence for each fault, which commands print as it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program is told from outside when it starts."""

    environment: Environment
    database_url: str
    data_dir: Path
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    base_url: str
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    smtp_url: str
    mail_from: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_api_base: str
    stripe_checkout_host: str
    log_level: str
    practice: str
    """When this practice copy was made, as people read it; empty for the company itself."""

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def is_demo(self) -> bool:
        return self.environment is Environment.DEMO

    @property
    def is_at_home(self) -> bool:
        """Whether only this machine reaches the program: staff need no second factor there."""
        return self.environment in (Environment.DEMO, Environment.LOCAL)

    @property
    def files_dir(self) -> Path:
        """Where documents and uploads are kept."""
        return self.data_dir / "files"

    @property
    def is_https(self) -> bool:
        """Whether people reach the program by https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Misconfigured, naming every fault, when it must not start."""
    faults: list[str] = []
    environment = _environment(environ, faults)
    data_dir = Path(environ.get("DATA_DIR") or "var").resolve()
    base_url = environ.get("BASE_URL") or f"http://localhost:{environ.get('PORT') or 8000}"
    settings = Settings(
        environment=environment,
        database_url=_database_url(environ, faults),
        data_dir=data_dir,
        secret_key=_secret_key(environ, environment, data_dir),
        secret_key_fallbacks=_list(environ, "SECRET_KEY_FALLBACKS"),
        base_url=base_url.rstrip("/"),
        trusted_hosts=_list(environ, "TRUSTED_HOSTS"),
        proxy_hops=_whole_number(environ, "PROXY_HOPS", 0, faults),
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("MAIL_FROM", ""),
        stripe_secret_key=environ.get("STRIPE_SECRET_KEY", ""),
        stripe_webhook_secret=environ.get("STRIPE_WEBHOOK_SECRET", ""),
        stripe_api_base=environ.get("STRIPE_API_BASE", "").rstrip("/"),
        stripe_checkout_host=environ.get("STRIPE_CHECKOUT_HOST", "").rstrip("/"),
        log_level=environ.get("LOG_LEVEL", "INFO").upper(),
        practice=environ.get("PRACTICE", "").strip(),
    )
    faults += _half_configured(settings)
    if settings.is_production:
        faults += _unsafe(settings, environ)
    if faults:
        raise Misconfigured("\n".join(faults))
    return settings


def _environment(environ: Mapping[str, str], faults: list[str]) -> Environment:
    given = environ.get("ENVIRONMENT") or "production"
    try:
        return Environment(given)
    except ValueError:
        faults.append(f"ENVIRONMENT is “{given}”; it must be production, local, demo or test.")
        return Environment.PRODUCTION


def _database_url(environ: Mapping[str, str], faults: list[str]) -> str:
    url = environ.get("DATABASE_URL", "")
    if not url:
        faults.append(
            "DATABASE_URL is missing; name a PostgreSQL database, or use bin/flask or bin/demo, "
            "which bring their own."
        )
        return ""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        faults.append("DATABASE_URL must begin with postgresql://; no other database is supported.")
        return ""
    return f"postgresql+psycopg://{rest}"


def _secret_key(environ: Mapping[str, str], environment: Environment, data_dir: Path) -> str:
    given = environ.get("SECRET_KEY", "")
    if given or environment is Environment.PRODUCTION:
        return given
    place = data_dir / "secret-key"
    try:
        return place.read_text().strip()
    except FileNotFoundError:
        pass
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / f"secret-key.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(32))
    try:
        place.hardlink_to(draft)  # the first process decides; the others read what it wrote
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return place.read_text().strip()


def _list(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environ.get(name, "").split(",") if part.strip())


def _whole_number(environ: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    given = environ.get(name, "").strip()
    if not given:
        return default
    if given.isdecimal():
        return int(given)
    faults.append(f"{name} is “{given}”; it must be a whole number.")
    return default


def _half_configured(settings: Settings) -> list[str]:
    faults = []
    keys = (settings.stripe_secret_key, settings.stripe_webhook_secret)
    missing = [name for name, value in zip(STRIPE_NAMES, keys, strict=True) if not value]
    if missing and len(missing) < len(keys):
        faults.append(f"Stripe is half configured; {' and '.join(missing)} is missing.")
    if settings.stripe_api_base and not settings.stripe_secret_key:
        faults.append("STRIPE_API_BASE is set without STRIPE_SECRET_KEY; a stand-in needs it too.")
    if settings.practice and settings.stripe_secret_key.startswith(LIVE_KEYS):
        faults.append("A practice copy takes test payments only; STRIPE_SECRET_KEY is a live key.")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        faults.append("SMTP_URL must begin with smtp:// (STARTTLS) or smtps://.")
    if settings.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        faults.append("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
    return faults


def _unsafe(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    short = [
        key
        for key in (settings.secret_key, *settings.secret_key_fallbacks)
        if len(key) < SHORTEST_SECRET
    ]
    checks = [
        (not settings.secret_key, "SECRET_KEY is missing; production needs one."),
        (
            bool(settings.secret_key and short),
            f"SECRET_KEY and its fallbacks need at least {SHORTEST_SECRET} random characters.",
        ),
        (
            len(set(settings.secret_key)) < 10 and bool(settings.secret_key) and not short,
            "SECRET_KEY is not random; make one with: python3 -c 'import secrets; "
            "print(secrets.token_hex(32))'.",
        ),
        (not settings.is_https, "BASE_URL must be the https address that people use."),
        (
            environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false"),
            "FLASK_DEBUG is on; production shows nobody its insides.",
        ),
        (
            settings.stripe_secret_key.startswith(("sk_test_", "rk_test_")),
            "STRIPE_SECRET_KEY is a test key; production takes real money.",
        ),
        (
            bool(settings.stripe_api_base),
            "STRIPE_API_BASE names a stand-in for Stripe; production talks to Stripe itself.",
        ),
        (
            environ.get("DEMO", "0").lower() not in ("", "0", "false"),
            "DEMO is set; the demo company has known passwords and has no place in production.",
        ),
        (bool(environ.get("FAILPOINT")), "FAILPOINT is set; it kills the program on purpose."),
    ]
    return [sentence for is_fault, sentence in checks if is_fault]
