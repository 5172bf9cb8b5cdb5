"""The queue of people who want an account."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import InputRequired, NumberRange

from admin.frame import office_frame
from models.accounts import (
    AccountApplication,
    AccountGroup,
    Approval,
    PaymentTerms,
    Permission,
    applications,
    approve,
    decline,
    possible_reps,
)
from models.kernel.errors import NotFound
from models.kernel.seller import first_seller
from models.reps import proposed_rep_id
from web import identity
from web.access import Pages, staff
from web.forms import AmountField, Form, SelectField, attempt
from web.i18n import _, lazy
from web.mailing import absolute_link, send_mail
from web.pages import go_to, render
from web.transactions import commit, session

pages = Pages("applications", __name__, url_prefix="/admin/applications")
DECIDE = staff(Permission.ACCOUNTS_APPROVE)
STATES = ("waiting", "approved", "declined")


class ApprovalForm(Form):
    group_id = SelectField(lazy("Price group"), coerce=int)
    terms_id = SelectField(lazy("Payment terms"), coerce=int)
    credit_limit = AmountField(
        lazy("Credit limit"),
        [InputRequired(lazy("Enter an amount; 0 for none.")), NumberRange(min=0)],
    )
    rep_id = SelectField(lazy("Sales rep"), coerce=int)


@pages.get("", access=DECIDE)
def page() -> AnyResponse:
    state = request.args.get("state", "waiting")
    state = state if state in STATES else "waiting"
    return render(
        "admin/applications.html",
        applications=session().scalars(applications(state).limit(200)).all(),
        state=state,
        states=STATES,
        zone=first_seller(session()).time_zone,
        shell=office_frame(),
    )


@pages.get("/<int:application_id>", access=DECIDE)
def one(application_id: int) -> AnyResponse:
    application = _find(application_id)
    proposed = proposed_rep_id(session(), application.country, application.postcode)
    form = _form(rep_id=proposed or 0, credit_limit=Decimal(0))
    return _show(form, application)


@pages.post("/<int:application_id>/approve", access=DECIDE)
def accept(application_id: int) -> AnyResponse:
    """Opens the account and invites the applicant."""
    application = _find(application_id)
    form = _form()

    def act() -> AnyResponse:
        settled = Approval(
            group_id=form.group_id.data,
            terms_id=form.terms_id.data,
            credit_limit=form.credit_limit.data or Decimal(0),
            rep_id=form.rep_id.data or None,
        )
        account, invited = approve(session(), application_id, settled, by=identity.current_actor())
        endpoint = "links.invitation" if invited.token else "signing_in.page"
        values = {"token": invited.token} if invited.token else {}
        send_mail(
            application.email, "application_approved", locale=invited.user.locale,
            account_id=account.id, name=application.contact, account_number=account.number,
            is_new=invited.token is not None, link=absolute_link(endpoint, **values),
        )  # fmt: skip
        commit()
        flash(_("%(name)s is account %(number)s now.", name=account.name, number=account.number))
        return go_to(url_for("applications.page"))

    return attempt(form, act, lambda _form: _show(form, application))


@pages.post("/<int:application_id>/decline", access=DECIDE)
def refuse(application_id: int) -> AnyResponse:
    """Says no by mail, with the reason."""
    reason = request.form.get("reason", "")
    application = decline(session(), application_id, reason, by=identity.current_actor())
    send_mail(
        application.email, "application_declined", name=application.contact,
        reason=application.reason,
    )  # fmt: skip
    commit()
    flash(_("%(name)s was declined.", name=application.company))
    return go_to(url_for("applications.page"))


def _find(application_id: int) -> AccountApplication:
    wanted = select(AccountApplication).where(AccountApplication.id == application_id)
    application = session().scalars(wanted).first()
    if application is None:
        raise NotFound("There is no such application.")
    return application


def _form(**values: object) -> ApprovalForm:
    form = ApprovalForm(**values)
    groups = session().scalars(select(AccountGroup).order_by(AccountGroup.name))
    terms = session().scalars(select(PaymentTerms).order_by(PaymentTerms.name))
    form.group_id.choices = [(group.id, group.name) for group in groups]
    form.terms_id.choices = [(each.id, each.name) for each in terms]
    reps = [(user.id, user.name) for user in possible_reps(session())]
    form.rep_id.choices = [(0, _("Nobody yet")), *reps]
    return form


def _show(form: ApprovalForm, application: AccountApplication) -> AnyResponse:
    may_set_credit = identity.current_actor().can(Permission.CREDIT_CHANGE)
    return render(
        "admin/application.html",
        form=form,
        application=application,
        page_errors=bool(form.errors),
        may_set_credit=may_set_credit,
        zone=first_seller(session()).time_zone,
        home=first_seller(session()).country,
        shell=office_frame(),
    )
