"""A company's own users: invite, change role, take out."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.accounts import (
    BUYER_ROLES,
    BuyerRole,
    Capability,
    change_member_role,
    end_membership,
    invite_buyer,
    members_of,
)
from storefront.frame import shop_frame
from web import identity
from web.access import Pages, buyer
from web.buyer_forms import ROLE_NAMES, InviteForm, chosen_role, mail_invitation
from web.forms import attempt
from web.i18n import _
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("company_users", __name__, url_prefix="/company/users")
MANAGE = buyer(Capability.MANAGE_USERS)


@pages.get("", access=MANAGE)
def page() -> AnyResponse:
    return _show(_form())


@pages.post("", access=MANAGE)
def invite() -> AnyResponse:
    """Invites somebody by mail."""
    form = _form()
    visit = identity.current_visit()

    def act() -> AnyResponse:
        account_id = visit.actor.account_id or 0
        invited = invite_buyer(
            session(),
            account_id=account_id,
            email=form.email.data or "",
            name=form.name.data or "",
            role=BuyerRole(form.role.data),
            by=visit.actor,
        )
        mail_invitation(invited, account_id, visit.account_name)
        commit()
        return _done(_("%(email)s is invited.", email=invited.user.email))

    return attempt(form, act, lambda _form: _show(form))


@pages.post("/<int:membership_id>/role", access=MANAGE)
def role(membership_id: int) -> AnyResponse:
    """Another role; it holds from the person's next click."""
    change_member_role(session(), membership_id, chosen_role(), by=identity.current_actor())
    commit()
    return _done(_("The role is changed."))


@pages.post("/<int:membership_id>/end", access=MANAGE)
def end(membership_id: int) -> AnyResponse:
    """Takes somebody out of the company."""
    end_membership(session(), membership_id, by=identity.current_actor())
    commit()
    return _done(_("They can no longer order for your company."))


def _form() -> InviteForm:
    form = InviteForm()
    own = identity.current_actor().capabilities
    form.role.choices = [(r.value, ROLE_NAMES[r]) for r in BuyerRole if BUYER_ROLES[r] <= own]
    return form


def _show(form: InviteForm) -> AnyResponse:
    actor = identity.current_actor()
    return render(
        "storefront/company_users.html",
        form=form,
        page_errors=bool(form.errors),
        members=session().execute(members_of(actor.account_id or 0)).all(),
        roles=form.role.pairs,
        role_names=ROLE_NAMES,
        own_id=actor.id,
        shell=shop_frame(),
    )


def _done(said: str) -> AnyResponse:
    flash(said)
    return go_to(url_for("company_users.page"))
