"""The second step of signing in: setting it up, new recovery codes, taking it away."""

from __future__ import annotations

import segno
from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from models.accounts import (
    User,
    address_for_app,
    begin_set_up,
    confirm_set_up,
    count_code_try,
    remove_second_factor,
    renew_recovery_codes,
)
from models.kernel.activity import record
from models.kernel.errors import Refused
from models.kernel.seller import first_seller
from web import identity
from web.access import Pages, signed_in
from web.branding import brand
from web.forms import Form, attempt
from web.i18n import _, lazy
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("second_factor", __name__, url_prefix="/your-details/second-step")


class CodeForm(Form):
    code = StringField(
        lazy("Code of the app"), [InputRequired(lazy("Enter the code.")), Length(max=20)]
    )


@pages.get("", access=signed_in)
def page() -> AnyResponse:
    return _show(CodeForm())


@pages.post("/begin", access=signed_in)
def begin() -> AnyResponse:
    """Makes a secret and shows it as a QR code."""
    if ask := identity.ask_again(url_for("second_factor.page")):
        return ask
    begin_set_up(session(), by=identity.current_actor())
    commit()
    return go_to(url_for("second_factor.page"))


@pages.post("/confirm", access=signed_in)
def confirm() -> AnyResponse:
    """A first code turns it on; the recovery codes are shown this once."""
    if ask := identity.ask_again(url_for("second_factor.page")):
        return ask
    form = CodeForm()
    visit = identity.current_visit()

    def act() -> AnyResponse:
        count_code_try(session(), visit.actor.id)
        commit()
        token, codes = confirm_set_up(
            session(), visit.session_id, form.code.data or "", by=visit.actor
        )
        commit()
        identity.change_token(token)
        return _show_codes(codes)

    return attempt(form, act, lambda _form: _show(form))


@pages.post("/codes", access=signed_in)
def codes() -> AnyResponse:
    """Ten new recovery codes instead of the old ones."""
    if ask := identity.ask_again(url_for("second_factor.page")):
        return ask
    user = session().get_one(User, identity.current_actor().id)
    if not user.has_second_factor:
        raise Refused("Set up the second step first.")
    fresh = renew_recovery_codes(session(), user)
    record(session(), "user.recovery_codes_renewed", by=identity.current_actor(), subject=user)
    commit()
    return _show_codes(fresh)


@pages.post("/remove", access=signed_in)
def remove() -> AnyResponse:
    """Back to the password alone, where that is allowed."""
    if ask := identity.ask_again(url_for("second_factor.page")):
        return ask
    visit = identity.current_visit()
    token = remove_second_factor(session(), visit.session_id, by=visit.actor)
    commit()
    identity.change_token(token)
    flash(_("The second step is off."))
    return go_to(url_for("second_factor.page"))


def _show(form: Form) -> AnyResponse:
    visit = identity.current_visit()
    user = session().get_one(User, visit.actor.id)
    picture = ""
    if user.totp_secret and not user.has_second_factor and visit.is_confirmed:
        address = address_for_app(user, first_seller(session()).trading_name)
        picture = segno.make(address, error="m").svg_data_uri(scale=5)
    return render(
        "storefront/second_factor.html",
        form=form,
        page_errors=bool(form.errors),
        user=user,
        picture=picture,
        visit=visit,
        brand=brand(href=identity.home_of(visit.actor)),
    )


def _show_codes(codes: list[str]) -> AnyResponse:
    home = identity.home_of(identity.current_actor())
    return render("storefront/recovery_codes.html", codes=codes, home=home, brand=brand())
