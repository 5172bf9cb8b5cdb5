"""Inviting buyers and giving them roles, as their company does it and as staff do."""

from __future__ import annotations

from flask import request
from wtforms import EmailField, StringField
from wtforms.validators import Email, InputRequired, Length

from models.accounts import BuyerRole, Invitation
from models.kernel.errors import Refused
from web.forms import Form, SelectField
from web.i18n import lazy
from web.identity import current_actor
from web.mailing import absolute_link, send_mail

ROLE_NAMES = {
    BuyerRole.BUYER: lazy("Buyer: places orders"),
    BuyerRole.APPROVER: lazy("Approver: places and approves orders, sees all"),
    BuyerRole.ACCOUNTS_PAYABLE: lazy("Accounts payable: sees and pays invoices"),
    BuyerRole.COMPANY_ADMIN: lazy("Company admin: everything, and the users"),
}


class InviteForm(Form):
    name = StringField(lazy("Name"), [InputRequired(lazy("Enter a name.")), Length(max=80)])
    email = EmailField(
        lazy("E-mail"),
        [InputRequired(lazy("Enter an e-mail.")), Email(lazy("This is no e-mail address."))],
    )
    role = SelectField(lazy("Role"))


def chosen_role() -> BuyerRole:
    """The role that was chosen for somebody. Refused for one that there is not."""
    wanted = request.form.get("role", "")
    if wanted not in set(BuyerRole):
        raise Refused("Choose one of the roles.", field="role")
    return BuyerRole(wanted)


def mail_invitation(invited: Invitation, account_id: int, account_name: str) -> None:
    """Mails the link by which somebody chooses a password, or, to those who have one, that they
    can order for this account too."""
    place = ("links.invitation", {"token": invited.token})
    endpoint, values = place if invited.token else ("signing_in.page", {})
    send_mail(
        invited.user.email, "invitation", locale=invited.user.locale, account_id=account_id,
        name=invited.user.name, invited_by=current_actor().name, invited_to=account_name,
        link=absolute_link(endpoint, **values), is_new=invited.token is not None,
    )  # fmt: skip
