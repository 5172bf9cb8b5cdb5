"""The people of an account: whom staff talk to, and who orders with a sign-in of their own."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from admin.accounts import find
from admin.customers.frame import customer_form
from admin.frame import office_page
from models.accounts import (
    Account,
    BuyerRole,
    Contact,
    ContactFacts,
    Permission,
    add_contact,
    change_contact,
    change_member_role,
    end_membership,
    find_contact,
    invite_buyer,
    invite_member_again,
    members_of,
    remove_contact,
)
from web.access import Pages, staff
from web.address_forms import NEEDED, SHORT
from web.buyer_forms import ROLE_NAMES, InviteForm, chosen_role, mail_invitation
from web.forms import Form, attempt
from web.i18n import _, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_people", __name__, url_prefix="/admin/accounts/<int:account_id>")
EDIT = staff(Permission.ACCOUNTS_EDIT)
FACTS = ("name", "role", "email", "phone", "mobile")


class ContactForm(Form):
    name = StringField(lazy("Name"), [NEEDED, SHORT])
    role = StringField(lazy("What they do"), [SHORT])
    email = StringField(lazy("E-mail"), [Length(max=254)])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    mobile = StringField(lazy("Mobile"), [Length(max=40)])


@pages.get("/contacts/new", access=EDIT)
def new(account_id: int) -> Response:
    """The form of another person."""
    return _show(ContactForm(), find(account_id), None)


@pages.post("/contacts/new", access=EDIT)
def add(account_id: int) -> Response:
    """Adds them."""
    account, form = find(account_id), ContactForm()

    def act() -> Response:
        add_contact(session(), account_id, _facts(form), by=current_actor())
        commit()
        return _done(account_id, _("%(name)s is added.", name=form.name.data))

    return attempt(form, act, lambda _form: _show(form, account, None))


@pages.get("/contacts/<int:contact_id>", access=EDIT)
def one(account_id: int, contact_id: int) -> Response:
    """Somebody's name and numbers as a form."""
    account = find(account_id)
    contact = find_contact(session(), contact_id, account_id)
    return _show(ContactForm(obj=contact), account, contact)


@pages.post("/contacts/<int:contact_id>", access=EDIT)
def save(account_id: int, contact_id: int) -> Response:
    """Puts them right."""
    account, form = find(account_id), ContactForm()
    contact = find_contact(session(), contact_id, account_id)

    def act() -> Response:
        change_contact(session(), account_id, contact_id, _facts(form), by=current_actor())
        commit()
        return _done(account_id, _("Saved"))

    return attempt(form, act, lambda _form: _show(form, account, contact))


@pages.post("/contacts/<int:contact_id>/remove", access=EDIT)
def remove(account_id: int, contact_id: int) -> Response:
    """Takes them off the account's page."""
    find(account_id)
    remove_contact(session(), account_id, contact_id, by=current_actor())
    commit()
    return _done(account_id, _("They are no longer listed."))


@pages.get("/buyers", access=EDIT)
def buyers(account_id: int) -> Response:
    """Who orders for the account, and the form that invites somebody."""
    return _show_buyers(_invite_form(), find(account_id))


@pages.post("/buyers", access=EDIT)
def invite(account_id: int) -> Response:
    """Invites a buyer by mail."""
    account, form = find(account_id), _invite_form()

    def act() -> Response:
        invited = invite_buyer(
            session(), account_id=account_id, email=form.email.data or "",
            name=form.name.data or "", role=BuyerRole(form.role.data), by=current_actor(),
        )  # fmt: skip
        mail_invitation(invited, account_id, account.name)
        commit()
        flash(_("%(email)s is invited.", email=invited.user.email))
        return _to_buyers(account_id)

    return attempt(form, act, lambda _form: _show_buyers(form, find(account_id)))


@pages.post("/buyers/<int:membership_id>/role", access=EDIT)
def role(account_id: int, membership_id: int) -> Response:
    """Another role; it holds from the person's next click."""
    find(account_id)
    change_member_role(
        session(), membership_id, chosen_role(), account_id=account_id, by=current_actor()
    )
    commit()
    flash(_("The role is changed."))
    return _to_buyers(account_id)


@pages.post("/buyers/<int:membership_id>/invite-again", access=EDIT)
def again(account_id: int, membership_id: int) -> Response:
    """A new link by mail for who has not come yet."""
    account = find(account_id)
    invited = invite_member_again(
        session(), membership_id, account_id=account_id, by=current_actor()
    )
    mail_invitation(invited, account_id, account.name)
    commit()
    flash(_("A new invitation is on its way."))
    return _to_buyers(account_id)


@pages.post("/buyers/<int:membership_id>/end", access=EDIT)
def end(account_id: int, membership_id: int) -> Response:
    """They can no longer order for the account; their orders stay."""
    find(account_id)
    end_membership(session(), membership_id, account_id=account_id, by=current_actor())
    commit()
    flash(_("They can no longer order for this account."))
    return _to_buyers(account_id)


def _facts(form: ContactForm) -> ContactFacts:
    return ContactFacts(**{name: form[name].data or "" for name in FACTS})


def _invite_form() -> InviteForm:
    form = InviteForm()
    form.role.choices = [(each.value, ROLE_NAMES[each]) for each in BuyerRole]
    return form


def _show(form: ContactForm, account: Account, contact: Contact | None) -> Response:
    action = (
        url_for("office_people.save", account_id=account.id, contact_id=contact.id)
        if contact
        else url_for("office_people.add", account_id=account.id)
    )
    return customer_form(
        form,
        account,
        title=contact.name if contact else _("New contact"),
        action=action,
        back=_back(account.id),
        button=_("Save the contact"),
        sections=[(_("Who and how to reach them"), FACTS)],
    )


def _show_buyers(form: InviteForm, account: Account) -> Response:
    return office_page(
        "admin/accounts/buyers.html",
        current="accounts",
        form=form,
        account=account,
        page_errors=bool(form.errors),
        members=session().execute(members_of(account.id)).all(),
        roles=form.role.pairs,
    )


def _back(account_id: int) -> str:
    return url_for("office_accounts.page_of", account_id=account_id, _anchor="people")


def _done(account_id: int, said: str) -> Response:
    flash(said)
    return go_to(_back(account_id))


def _to_buyers(account_id: int) -> Response:
    return go_to(url_for("office_people.buyers", account_id=account_id))
