"""Puts the program together. gunicorn serves `wsgi:app`; commands run as `flask --app wsgi`."""

from __future__ import annotations

import gc
import importlib.util
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

import config
from integrations.documents import Documents, stamp_practice
from integrations.stripe import CardPayments, cards_of
from models.kernel.database import make_engine, session_factory
from models.kernel.files import FileStore
from web import (
    access,
    branding,
    compressing,
    csp_reports,
    errors,
    forms,
    health,
    i18n,
    identity,
    limits,
    logging,
    observing,
    pages,
    presenting,
    routes,
    security,
)
from web.transactions import TransactionalFlask
from web.transactions import install as install_transactions

COLLECT_AFTER = (20_000, 20, 20)
"""New objects before the collector runs: a page makes some thousands, nearly all without cycles."""
LOOKS = ("web.assets", "web.shell", "web.keeping")
DOORS = ("storefront", "admin", "api", "jobs.commands")


def create_app(
    settings: config.Settings | None = None, sessions: sessionmaker[Session] | None = None
) -> Flask:
    """The whole program. Tests hand over their settings and sessions."""
    settings = settings or config.load()
    app = TransactionalFlask(__name__, static_folder=None)
    app.extensions["settings"] = settings
    app.config["DATA_DIR"] = settings.data_dir
    app.extensions["files"] = FileStore(settings.files_dir)
    app.extensions["documents"] = Documents(app.extensions["files"])
    if settings.practice:
        stamp_practice()
    cards = cards_of(settings)
    if cards is not None:
        app.extensions["card_payments"] = CardPayments(cards, settings.base_url)

    routes.install(app)
    # Hooks before a request run in this order, those after it in the opposite one.
    compressing.install(app, settings)
    logging.configure(settings.log_level)
    logging.install(app)
    install_transactions(app, sessions or session_factory(make_engine(settings.database_url)))
    security.install(app, settings)
    i18n.install(app, identity.preferred_locale)
    access.install(app)
    identity.install(app)
    forms.install(app)
    limits.install(app)
    observing.install(app)
    pages.install(app)
    errors.install(app)
    presenting.install(app)
    branding.install(app, settings)
    health.install(app, settings)
    csp_reports.install(app)
    for name in LOOKS:
        if importlib.util.find_spec(name):
            importlib.import_module(name).install(app)

    for name in DOORS:
        door: Any = importlib.import_module(name)
        if hasattr(door, "register"):
            door.register(app)
    return app


def __getattr__(name: str) -> Flask:
    """`app` is made when a server asks for it, so that importing this module needs no database."""
    if name != "app":
        raise AttributeError(name)
    made = create_app()
    # What is here now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    globals()["app"] = made
    return made
