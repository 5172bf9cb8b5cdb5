"""The words of mails: each kind in each language, shown on a real document before they hold."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import flash, request, url_for
from werkzeug.wrappers import Response

from admin.company.frame import MANAGE
from admin.company.mail_examples import FINDERS, example
from admin.frame import Errors, office_page, refused_in_place, sentences_of
from admin.typed import text_of, whole_of
from models.company import (
    MAIL_KINDS,
    MailKind,
    change_mail_text,
    check_text,
    latest_text,
    latest_texts,
    mail_kind,
    reset_mail_text,
    versions_of,
)
from models.kernel.errors import NotFound, Refused
from web.access import Pages
from web.i18n import _, current_locale, lazy, locale_of_language, paper_languages
from web.identity import current_actor
from web.mail_words import built_in, filled
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("company_words", __name__, url_prefix="/admin/company/mail-texts")
NAMES = {
    "acknowledgement": (lazy("Order acknowledgement"), lazy("When an order is placed")),
    "acknowledgement_revised": (lazy("Revised acknowledgement"), lazy("When an order is changed")),
    "cancelled": (lazy("Order cancelled"), lazy("When an order is cancelled")),
    "payment_due": (lazy("Payment by card"), lazy("When a card has to pay before goods go out")),
    "shipped": (lazy("Goods on their way"), lazy("When a delivery leaves, or is collected")),
    "answered": (lazy("Message answered"), lazy("When the desk answers what somebody wrote")),
    "return_decided": (lazy("Return decided"), lazy("When a return is agreed or refused")),
    "pro_forma": (lazy("Pro-forma invoice"), lazy("When an order is to be paid in advance")),
    "pro_forma_reminder": (lazy("Pro-forma reminder"), lazy("When its money has not come yet")),
    "pro_forma_lapsed": (lazy("Pro-forma lapsed"), lazy("When goods are no longer kept for it")),
    "invoice": (lazy("Invoice"), lazy("With every invoice")),
    "credit_note": (lazy("Credit note"), lazy("With every credit note")),
    "statement": (lazy("Statement"), lazy("With every statement of account")),
    "price_notice": (lazy("Price notice"), lazy("To accounts whose prices change")),
    "purchase_order": (lazy("Purchase order"), lazy("To vendors")),
    "application_received": (lazy("Application received"), lazy("When somebody asks for an"
                                                                " account")),
    "application_approved": (lazy("Application approved"), lazy("When the account is open")),
    "application_declined": (lazy("Application declined"), lazy("When there will be no account")),
    "invitation": (lazy("Invitation"), lazy("When a person is let in")),
    "reset": (lazy("New password"), lazy("When a password was forgotten")),
    "new_email": (lazy("New e-mail address"), lazy("To the new address, to try it")),
    "email_changed": (lazy("E-mail address changed"), lazy("To the old address")),
    "today": (lazy("Today"), lazy("Each morning, to staff who asked for it")),
}  # fmt: skip
"""What each kind is called, and when it is sent."""


@pages.get("", access=MANAGE)
def page() -> Response:
    """Every kind of mail, and in which languages its words are the company's own."""
    own = latest_texts(session())
    languages = _languages()
    return office_page(
        "admin/company/mail_texts.html",
        current="company",
        languages=languages,
        rows=[
            (key, *NAMES[key], [(code, name, own.get((key, code))) for code, name in languages])
            for key in MAIL_KINDS
        ],
    )


@pages.get("/<kind>/<language>", access=MANAGE)
def one(kind: str, language: str) -> Response:
    """The words of one kind in one language, or one version of them, as a form."""
    return show(kind, language)


@pages.post("/<kind>/<language>", access=MANAGE)
def save(kind: str, language: str) -> Response:
    """These words hold for the mails to come."""
    _require_known(kind, language)

    def act() -> Response:
        change_mail_text(
            session(), kind, language, subject=text_of("subject"), body=text_of("body"),
            seen_version=whole_of("version") or 0, by=current_actor(),
        )  # fmt: skip
        return _saved(kind, language, _("Saved. The next mail says it."))

    return refused_in_place(act, lambda errors, status: show(kind, language, errors, status))


@pages.post("/<kind>/<language>/preview", access=MANAGE)
def preview(kind: str, language: str) -> Response:
    """The form again with the mail that its words would make; nothing is kept."""
    words = _require_known(kind, language)

    def act() -> Response:
        check_text(words, text_of("subject"), text_of("body"))
        return show(kind, language)

    return refused_in_place(act, lambda errors, status: show(kind, language, errors, status))


@pages.post("/<kind>/<language>/reset", access=MANAGE)
def reset(kind: str, language: str) -> Response:
    """The built-in words hold again."""
    _require_known(kind, language)

    def act() -> Response:
        reset_mail_text(
            session(), kind, language, seen_version=whole_of("version") or 0, by=current_actor()
        )
        return _saved(kind, language, _("The built-in words hold again."))

    return refused_in_place(act, lambda errors, status: show(kind, language, errors, status))


def show(kind: str, language: str, errors: Errors | None = None, status: int = 200) -> Response:
    words = _require_known(kind, language)
    locale = locale_of_language(language)
    latest = latest_text(session(), kind, language)
    subject, body = _typed(kind, language)
    number = request.values.get("example", "").strip()
    errors = list(errors or [])
    try:
        found = example(session(), kind, locale, number)
    except Refused as refusal:
        found, number = example(session(), kind, locale, ""), ""
        errors, status = errors + sentences_of(refusal), 422
    shown_on, facts = found or ("", {})
    return office_page(
        "admin/company/mail_text.html",
        current="company",
        status=status,
        errors=errors,
        kind=kind,
        language=language,
        title=NAMES[kind][0],
        lead=NAMES[kind][1],
        tabs=_tabs(kind, language),
        typed={"subject": subject, "body": body},
        version=latest.version if latest else 0,
        is_own=latest is not None and latest.is_own,
        versions=versions_of(session(), kind, language),
        shown_version=_version_asked(),
        placeholders=[(each, facts.get(each)) for each in words.placeholders],
        needed=words.needed,
        has_number=kind in FINDERS,
        example=number,
        shown_on=shown_on,
        preview=filled((subject, body), facts) if found and not errors else None,
    )


def _typed(kind: str, language: str) -> tuple[str, str]:
    """What a form said, else the version that was asked for, else the words in force."""
    if request.method == "POST" and "body" in request.form:
        return text_of("subject"), text_of("body").replace("\r\n", "\n")
    wanted = _version_asked()
    for version, _name in versions_of(session(), kind, language):
        if version.version == wanted or wanted is None:
            if version.is_own:
                return version.subject or "", version.body or ""
            break
    return built_in(kind, locale_of_language(language))


def _version_asked() -> int | None:
    text = request.args.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _require_known(kind: str, language: str) -> MailKind:
    if language not in paper_languages():
        raise NotFound("Mails are not written in this language.")
    return mail_kind(kind)


def _languages() -> list[tuple[str, str]]:
    """The languages by code and as a reader of this page calls them."""
    shown = current_locale()
    return [
        (code, (Locale.parse(code).get_display_name(shown) or code).capitalize())
        for code in paper_languages()
    ]


def _tabs(kind: str, language: str) -> list[dict[str, Any]]:
    return [
        {
            "label": name,
            "href": url_for("company_words.one", kind=kind, language=code),
            "count": None,
            "current": code == language,
        }
        for code, name in _languages()
    ]


def _saved(kind: str, language: str, said: str) -> Response:
    commit()
    flash(said)
    return go_to(url_for("company_words.one", kind=kind, language=language))
