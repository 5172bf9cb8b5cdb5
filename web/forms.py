"""The base of all forms, and protection against forged ones and signs that nothing can keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import wtforms
from babel.support import LazyProxy
from flask import Flask, current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, DecimalField, IntegerField
from wtforms.fields.choices import SelectChoice, SelectFieldBase
from wtforms.widgets import HiddenInput, TextInput

from models.accounts import TooManyTries
from models.kernel.errors import Conflict, Problem, Refused
from web.errors import answer
from web.i18n import _
from web.transactions import session

UNFORGEABLE = frozenset({"webhooks.stripe", "demo.start", "csp.report"})
"""Endpoints without a form token: their requests are signed, carry an API key or change nothing."""
UNFORGEABLE_BLUEPRINTS = frozenset({"api"})

AMOUNT = re.compile(r"(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,4})?")
VERSION = re.compile(r"[0-9]{1,9}")
NUL = "\0"
"""The one sign that the database keeps in no text."""

protection = CSRFProtect()


class Form(FlaskForm):
    """A form checks shape; what its values mean, the domain checks.

    `require_valid()` raises Refused with every problem, each at its field.
    """

    class Meta(FlaskForm.Meta):
        csrf = False
        """`protection` has checked the token already, from the field or the htmx header."""

    def require_valid(self) -> None:
        """Goes on only with a well-formed form. Refused with all problems otherwise."""
        is_valid: bool = self.validate()  # type: ignore[no-untyped-call]
        if is_valid:
            return
        problems = [
            Problem(str(sentence), self._fields[name].id)
            for name, sentences in self.errors.items()
            for sentence in _flat(sentences)
        ]
        raise Refused(problems[0].sentence, problems=problems)

    def note(self, problems: list[Problem]) -> None:
        """Puts each problem at its field, and those without one above the form."""
        for problem in problems:
            field = self._fields.get(problem.field or "")
            if field is None:
                self.form_errors.append(problem.sentence)
            elif problem.sentence not in field.errors:
                field.errors = [*field.errors, problem.sentence]

    def compare(self, there: Form) -> None:
        """Takes over the version of `there`, and says at each field that differs what is there."""
        for field in self:
            other = there._fields.get(field.name)
            if other is None or _comparable(field.data) == _comparable(other.data):
                continue
            if isinstance(field, VersionField):
                field.data = other.data
                continue
            field.errors = [
                *field.errors,
                _(
                    "%(field)s: now %(value)s. Saving puts yours in its place.",
                    field=field.label.text,
                    value=_shown(other),
                ),
            ]


class AmountField(DecimalField):
    """An amount of money or a price as people type it: 1250, 1250.00 and 1,250.00 are the same.

    A plain text field: in a browser's number field the wheel changes what was typed. Anything else
    (signs, NaN, a comma for decimals) is refused with an example.
    """

    widget = TextInput()  # type: ignore[assignment]

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, places=None, **options)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was typed. ValueError with the sentence for the field."""
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        if not AMOUNT.fullmatch(typed):
            raise ValueError(_("%(typed)s is not an amount such as 1250.00.", typed=typed[:30]))
        self.data = Decimal(typed.replace(",", ""))

    def _value(self) -> str:
        """As it was typed, else with two decimals, or more where it has more."""
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        whole, _point, decimals = f"{self.data:.4f}".partition(".")
        return f"{whole}.{decimals.rstrip('0'):0<2}"


class SelectField(wtforms.SelectField):
    """One of a list, which is given, as everywhere here, as pairs of value and words."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, choices: Any = None, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)  # type: ignore[no-untyped-call]
        self.choices = choices

    @property
    def choices(self) -> Any:
        """As the library has them."""
        return self._choices

    @choices.setter
    def choices(self, pairs: Iterable[tuple[Any, Any]] | None) -> None:
        self._choices = None if pairs is None else [SelectChoice(*pair) for pair in pairs]

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """As they were given."""
        return [(choice.value, choice.label) for choice in self.choices or ()]


class SelectMultipleField(SelectField, wtforms.SelectMultipleField):
    """Any of a list."""


class VersionField(IntegerField):
    """The version of a record that somebody saw, hidden in its form. What is no number is no
    version: 0, which every record has left behind."""

    widget = HiddenInput()  # type: ignore[assignment]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads it; never a fault that nobody could see to put right."""
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if VERSION.fullmatch(typed) else 0

    def _value(self) -> str:
        """The version of `data`: after a conflict it is not the one that was sent."""
        return "" if self.data is None else str(self.data)


def attempt(
    form: Form,
    act: Callable[[], AnyResponse],
    show_again: Callable[[Form], AnyResponse],
    now: Callable[[], Form | None] | None = None,
) -> AnyResponse:
    """Does `act` with a valid form. Refused, or a conflict with what somebody else did: undoes it,
    and shows the page again (422, 409) with what was typed and every problem at its field. Too many
    tries have a page of their own.

    `now` gives the record as a form of its own, read again without what was sent: who came too late
    then sees at each field what it is now, and may send theirs once more.
    """
    try:
        form.require_valid()
        return act()
    except TooManyTries:
        raise
    except (Refused, Conflict) as refusal:
        session().rollback()
        form.note(refusal.problems)
        there = now() if now and isinstance(refusal, Conflict) else None
        if there is not None:
            form.compare(there)
        shown = show_again(form)
        shown.status_code = 409 if isinstance(refusal, Conflict) else 422
        return shown


def install(app: Flask) -> None:
    """Every request that may write needs the token, except the endpoints listed above by name."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=True,
        WTF_CSRF_HEADERS=["X-CSRFToken"],
    )
    protection.init_app(app)
    app.before_request(_refuse_nul)
    app.before_request(_check_token)


def _refuse_nul() -> AnyResponse | None:
    """400 for a NUL in the address or in what was typed. No keyboard makes one."""
    sent = [request.path]
    for given in (request.args, request.form):
        sent += [text for pair in given.items(multi=True) for text in pair]
    sent += [upload.filename or "" for upload in request.files.values()]
    if not any(NUL in text for text in sent):
        return None
    return answer(400, [Problem(_("There is a sign in it that cannot be kept. Type it again."))])


def _check_token() -> None:
    if request.endpoint is None or request.endpoint in UNFORGEABLE:
        return
    if request.blueprint in UNFORGEABLE_BLUEPRINTS:
        return
    if current_app.config.get("WTF_CSRF_ENABLED", True):
        protection.protect()


def _comparable(data: Any) -> Any:
    """Data of a field, the same for nothing at all and nothing typed, in whatever order."""
    if isinstance(data, list):
        return sorted(data, key=str)
    return "" if data is None else data.strip() if isinstance(data, str) else data


def _shown(field: Any) -> str:
    """What a field says, in the reader's words."""
    if isinstance(field, BooleanField):
        return _("ticked") if field.data else _("not ticked")
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(choice.label) for choice in field.iter_choices() if choice.selected)
    return f"“{field._value()}”" if field._value() else _("empty")


def _flat(sentences: Any) -> list[Any]:
    if isinstance(sentences, dict):
        sentences = sentences.values()
    if isinstance(sentences, str | LazyProxy) or not hasattr(sentences, "__iter__"):
        return [sentences]
    return [each for part in sentences for each in _flat(part)]
