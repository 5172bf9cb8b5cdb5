"""Applying for an account."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import Email, Length

from models.accounts import apply_for_account
from models.kernel.seller import first_seller
from web import identity
from web.access import Pages, anyone
from web.address_forms import NEEDED, SHORT, countries
from web.branding import brand
from web.forms import Form, SelectField, attempt
from web.i18n import _, current_locale, lazy
from web.mailing import send_mail
from web.pages import render
from web.transactions import commit, session

pages = Pages("applying", __name__)


class ApplicationForm(Form):
    company = StringField(lazy("Company"), [NEEDED, SHORT])
    contact = StringField(lazy("Your name"), [NEEDED, SHORT])
    email = EmailField(lazy("E-mail"), [NEEDED, Email(lazy("This is no e-mail address."))])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    trade = StringField(lazy("What you sell"), [SHORT])
    tax_number = StringField(lazy("VAT or tax number"), [Length(max=40)])
    line1 = StringField(lazy("Street and number"), [NEEDED, SHORT])
    line2 = StringField(lazy("Address, second line"), [SHORT])
    city = StringField(lazy("Town"), [NEEDED, SHORT])
    postcode = StringField(lazy("Postcode"), [NEEDED, Length(max=20)])
    country = SelectField(lazy("Country"))
    message = TextAreaField(lazy("Anything else?"), [Length(max=2000)])


@pages.get("/apply", access=anyone)
def page() -> AnyResponse:
    return _show(_form(country=first_seller(session()).country))


@pages.post("/apply", access=anyone)
def send() -> AnyResponse:
    """Keeps the application and thanks by mail."""
    form = _form()

    def act() -> AnyResponse:
        facts = {name: str(value or "") for name, value in form.data.items()}
        tax_number = facts.pop("tax_number")
        address = identity.browser().address
        kept = apply_for_account(session(), facts, tax_number=tax_number, address=address)
        locale = str(current_locale())
        send_mail(kept.email, "application_received", locale=locale, name=kept.contact)
        commit()
        return render("storefront/applied.html", email=kept.email, brand=brand())

    return attempt(form, act, lambda _form: _show(form))


def _form(**values: str) -> ApplicationForm:
    form = ApplicationForm(formdata=request.form or None, **values)
    form.country.choices = countries(current_locale())
    return form


def _show(form: Form) -> AnyResponse:
    title = _("Open an account")
    return render(
        "storefront/apply.html", form=form, page_errors=bool(form.errors), brand=brand(),
        title=title,
    )  # fmt: skip
