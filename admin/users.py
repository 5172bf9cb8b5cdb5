"""Everybody with a sign-in: inviting staff, their roles, locking out, ending sessions."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, StringField
from wtforms.validators import Email, InputRequired, Length

from admin.frame import office_frame
from models.accounts import (
    ROLES,
    Permission,
    Role,
    User,
    change_roles,
    disable,
    enable,
    end_sessions_of,
    invite_again,
    invite_staff,
    people,
    take_second_factor_away,
)
from models.accounts import Invitation as Invited
from models.kernel.errors import NotFound, Refused
from web import identity
from web.access import Pages, staff
from web.forms import Form, SelectMultipleField, attempt
from web.i18n import _, lazy
from web.mailing import absolute_link, send_mail
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("users", __name__, url_prefix="/admin/users")
MANAGE = staff(Permission.USERS_MANAGE)
PER_PAGE = 50
ROLE_NAMES = {
    Role.CUSTOMER_SERVICE: lazy("Order desk"),
    Role.SALES_REP: lazy("Sales rep"),
    Role.SALES_MANAGER: lazy("Sales manager"),
    Role.WAREHOUSE: lazy("Warehouse"),
    Role.PURCHASING: lazy("Purchasing"),
    Role.FINANCE: lazy("Finance"),
    Role.ADMINISTRATOR: lazy("Administrator"),
}


class StaffForm(Form):
    name = StringField(lazy("Name"), [InputRequired(lazy("Enter a name.")), Length(max=80)])
    email = EmailField(
        lazy("E-mail"),
        [InputRequired(lazy("Enter an e-mail.")), Email(lazy("This is no e-mail address."))],
    )
    roles = SelectMultipleField(lazy("Roles"))


@pages.get("", access=MANAGE)
def page() -> AnyResponse:
    return _show(_form())


@pages.post("", access=MANAGE)
def invite() -> AnyResponse:
    """Invites a member of staff by mail."""
    form = _form()

    def act() -> AnyResponse:
        invited = invite_staff(
            session(),
            email=form.email.data or "",
            name=form.name.data or "",
            roles={Role(role) for role in form.roles.data or []},
            by=identity.current_actor(),
        )
        _mail(invited)
        commit()
        flash(_("%(email)s is invited.", email=invited.user.email))
        return go_to(url_for("users.one", user_id=invited.user.id))

    return attempt(form, act, lambda _form: _show(form))


@pages.get("/<int:user_id>", access=MANAGE)
def one(user_id: int) -> AnyResponse:
    user = session().scalars(people().where(User.id == user_id)).first()
    if user is None:
        raise NotFound("There is no such user.")
    own = identity.current_actor().permissions
    return render(
        "admin/user.html",
        user=user,
        roles=[(role, ROLE_NAMES[role]) for role in Role if ROLES[role] <= own],
        is_self=user.id == identity.current_actor().id,
        shell=office_frame(),
    )


@pages.post("/<int:user_id>/roles", access=MANAGE)
def roles(user_id: int) -> AnyResponse:
    wanted = request.form.getlist("roles")
    if not set(wanted) <= set(Role):
        raise Refused("Choose among the roles.", field="roles")
    change_roles(session(), user_id, {Role(role) for role in wanted}, by=identity.current_actor())
    commit()
    return _done(user_id, _("The roles are changed. They sign in again."))


@pages.post("/<int:user_id>/disable", access=MANAGE)
def lock_out(user_id: int) -> AnyResponse:
    return _apply(disable, user_id, _("They are locked out."))


@pages.post("/<int:user_id>/enable", access=MANAGE)
def let_in(user_id: int) -> AnyResponse:
    return _apply(enable, user_id, _("They may sign in again."))


@pages.post("/<int:user_id>/end-sessions", access=MANAGE)
def end_sessions(user_id: int) -> AnyResponse:
    return _apply(end_sessions_of, user_id, _("They are signed out everywhere."))


@pages.post("/<int:user_id>/remove-second-step", access=MANAGE)
def remove_second_step(user_id: int) -> AnyResponse:
    return _apply(take_second_factor_away, user_id, _("They set up a new second step."))


@pages.post("/<int:user_id>/invite-again", access=MANAGE)
def again(user_id: int) -> AnyResponse:
    user = session().get(User, user_id)  # in scope: an administrator's are all users
    if user is None:
        raise NotFound("There is no such user.")
    _mail(invite_again(session(), user, by=identity.current_actor()))
    commit()
    return _done(user_id, _("A new invitation is on its way."))


def _apply(change: Callable[..., User], user_id: int, said: str) -> AnyResponse:
    change(session(), user_id, by=identity.current_actor())
    commit()
    return _done(user_id, said)


def _mail(invited: Invited) -> None:
    shell = office_frame()
    send_mail(
        invited.user.email, "invitation", locale=invited.user.locale, name=invited.user.name,
        invited_by=identity.current_actor().name, invited_to=shell.brand.name, is_new=True,
        link=absolute_link("links.invitation", token=invited.token),
    )  # fmt: skip


def _form() -> StaffForm:
    form = StaffForm()
    own = identity.current_actor().permissions
    form.roles.choices = [(role.value, ROLE_NAMES[role]) for role in Role if ROLES[role] <= own]
    return form


def _show(form: StaffForm) -> AnyResponse:
    search, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    number = max(1, request.args.get("page", 1, type=int))
    wanted = people(search, kind if kind in ("staff", "buyer") else "")
    total = session().scalar(select(func.count()).select_from(wanted.order_by(None).subquery()))
    found = session().scalars(wanted.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return render(
        "admin/users.html",
        users=found,
        form=form,
        page_errors=bool(form.errors),
        role_names=ROLE_NAMES,
        search=search,
        kind=kind,
        page_number=number,
        page_count=-(-(total or 0) // PER_PAGE),
        total=total,
        shell=office_frame(),
    )


def _done(user_id: int, said: str) -> AnyResponse:
    flash(said)
    return go_to(url_for("users.one", user_id=user_id))
