"""Opening an account, and changing what is kept about one."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional

from admin.accounts import find
from admin.customers.frame import customer_form, languages
from admin.frame import seller
from models import insight
from models.accounts import (
    BACKORDER_POLICIES,
    HIGHEST_PRIORITY,
    TAX_TREATMENTS,
    Account,
    AccountFacts,
    AccountGroup,
    AccountTerms,
    Opening,
    Permission,
    change_account,
    open_account,
    possible_reps,
    rep_id_of,
    usual_terms_id,
)
from models.kernel.money import ZERO
from models.pricing import list_currencies
from models.reps import proposed_rep_id
from web.access import Pages, staff
from web.address_forms import NEEDED, SHORT, countries
from web.forms import AmountField, Form, SelectField, VersionField, attempt
from web.i18n import _, current_locale, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_customers", __name__, url_prefix="/admin/accounts")
POLICIES = {
    "partial": lazy("Sends what is there, the rest when it comes"),
    "complete": lazy("Waits and sends everything together"),
    "cancel_rest": lazy("Sends what is there, cancels the rest"),
}
TREATMENTS = {
    "domestic": lazy("Domestic"),
    "reverse_charge": lazy("Reverse charge"),
    "export": lazy("Export"),
    "exempt": lazy("Exempt"),
}
ADDRESS = ("line1", "line2", "city", "postcode", "contact", "email")
SETTLED = ("group_id", "tax_treatment", "exempt_until", "carriage_free", "carriage_free_over",
           "minimum_order_value", "small_order_charge", "priority")  # fmt: skip


class FactsForm(Form):
    """Who the customer is."""

    version = VersionField()
    name = StringField(lazy("Name"), [NEEDED, SHORT])
    legal_name = StringField(
        lazy("Registered name"), [SHORT], description=lazy("Where it is another one")
    )
    trade = StringField(lazy("What they sell"), [SHORT])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    website = StringField(lazy("Website"), [SHORT])
    country = SelectField(lazy("Country"))
    tax_number = StringField(
        lazy("VAT or tax number"), [Length(max=40)], description=lazy("Its check digits are tested")
    )
    requires_po_number = BooleanField(lazy("Every order needs a PO number"))
    backorder_policy = SelectField(lazy("When something is short"))


class TermsForm(FactsForm):
    """And what those settle who open accounts."""

    group_id = SelectField(lazy("Price group"), coerce=int)
    rep_id = SelectField(lazy("Sales rep"), coerce=int)
    tax_treatment = SelectField(lazy("Tax"))
    exempt_until = DateField(
        lazy("Exempt until"), [Optional()], description=lazy("The last day; taxed again after it")
    )
    carriage_free = BooleanField(lazy("Carriage is always free"))
    carriage_free_over = AmountField(
        lazy("Carriage free over"), [Optional()], description=lazy("Empty: as the zone has it")
    )
    minimum_order_value = AmountField(
        lazy("Minimum order value"), [Optional()], description=lazy("Empty: as the group has it")
    )
    small_order_charge = AmountField(
        lazy("Small-order charge"), [Optional()], description=lazy("Empty: as the group has it")
    )
    priority = IntegerField(
        lazy("Priority"), [NumberRange(0, HIGHEST_PRIORITY)], default=0,
        description=lazy("Backorders of a higher one are filled first"),
    )  # fmt: skip


class OpeningForm(TermsForm):
    """A new account, with its first address and person."""

    contact = StringField(lazy("Contact"), [SHORT])
    email = StringField(lazy("E-mail"), [Length(max=254)])
    line1 = StringField(lazy("Street and number"), [NEEDED, SHORT])
    line2 = StringField(lazy("Address, second line"), [SHORT])
    city = StringField(lazy("Town"), [NEEDED, SHORT])
    postcode = StringField(lazy("Postcode"), [Length(max=20)])
    terms_id = SelectField(lazy("Payment terms"), coerce=int)
    credit_limit = AmountField(lazy("Credit limit"), default=ZERO)
    currency = SelectField(lazy("Currency"), description=lazy("It never changes"))
    locale = SelectField(lazy("Language of papers and mails"))
    head_office = StringField(
        lazy("Branch of"), [Length(max=30)], description=lazy("The head office's account number")
    )
    head_office_pays = BooleanField(lazy("The head office pays"), default=True)


@pages.get("/new", access=staff(Permission.ACCOUNTS_APPROVE))
def new() -> Response:
    """The form of a new account."""
    form = OpeningForm(country=seller().country)
    _fill(form)
    form.terms_id.data = usual_terms_id(session())
    return _show_new(form)


@pages.post("/new", access=staff(Permission.ACCOUNTS_APPROVE))
def add() -> Response:
    """Opens it."""
    form = OpeningForm()
    _fill(form)

    def act() -> Response:
        address = {name: getattr(form, name).data or "" for name in (*ADDRESS, "phone", "country")}
        rep_id = form.rep_id.data or proposed_rep_id(
            session(), address["country"], address["postcode"]
        )
        opening = Opening(
            terms_id=form.terms_id.data, credit_limit=form.credit_limit.data or ZERO,
            rep_id=rep_id, currency=form.currency.data, locale=form.locale.data,
            head_office=form.head_office.data or "", head_office_pays=form.head_office_pays.data,
        )  # fmt: skip
        account = open_account(
            session(), _facts(form), _terms(form), opening, address=address, by=current_actor()
        )
        commit()
        flash(_("%(name)s is account %(number)s.", name=account.name, number=account.number))
        return go_to(url_for("office_accounts.page_of", account_id=account.id))

    return attempt(form, act, lambda _form: _show_new(form))


@pages.get("/<int:account_id>/edit", access=staff(Permission.ACCOUNTS_EDIT))
def one(account_id: int) -> Response:
    """What is kept about the account, as a form."""
    account = find(account_id)
    return _show(_form_of(account), account)


@pages.post("/<int:account_id>/edit", access=staff(Permission.ACCOUNTS_EDIT))
def save(account_id: int) -> Response:
    """Puts it in force for orders from now on."""
    find(account_id)
    form = _form_class()()
    _fill(form)

    def act() -> Response:
        terms, rep_id = (
            (_terms(form), form.rep_id.data) if isinstance(form, TermsForm) else (None, 0)
        )
        change_account(
            session(), account_id, _facts(form), terms, rep_id or None,
            version=form.version.data or 0, by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("Saved. It holds for orders from now on."))
        return go_to(url_for("office_accounts.page_of", account_id=account_id))

    return attempt(
        form, act, lambda _form: _show(form, find(account_id)), lambda: _form_of(find(account_id))
    )


def _form_of(account: Account) -> FactsForm:
    """What is kept about it, whatever was sent."""
    form = _form_class()(formdata=None, obj=account)
    _fill(form)
    if isinstance(form, TermsForm):
        form.rep_id.data = rep_id_of(session(), account.id) or 0
    return form


def _form_class() -> type[FactsForm]:
    return TermsForm if current_actor().can(Permission.ACCOUNTS_APPROVE) else FactsForm


def _facts(form: FactsForm) -> AccountFacts:
    return AccountFacts(**{
        name: getattr(form, name).data if getattr(form, name).data is not None else ""
        for name in AccountFacts.__dataclass_fields__
    })  # fmt: skip


def _terms(form: Any) -> AccountTerms:
    return AccountTerms(**{name: getattr(form, name).data for name in SETTLED})


def _fill(form: FactsForm) -> None:
    """Gives every list of the form its choices."""
    form.country.choices = countries(current_locale())
    form.backorder_policy.choices = [(key, POLICIES[key]) for key in BACKORDER_POLICIES]
    if isinstance(form, TermsForm):
        groups = session().scalars(select(AccountGroup).order_by(AccountGroup.name))
        form.group_id.choices = [(group.id, group.name) for group in groups]
        nobody = _("By territory") if isinstance(form, OpeningForm) else _("Nobody")
        reps = [(user.id, user.name) for user in possible_reps(session())]
        form.rep_id.choices = [(0, nobody), *reps]
        form.tax_treatment.choices = [(key, TREATMENTS[key]) for key in TAX_TREATMENTS]
    if isinstance(form, OpeningForm):
        form.terms_id.choices = insight.terms_options(session())
        form.currency.choices = [(code, code) for code in _currencies()]
        form.locale.choices = languages()
        if request.method == "GET":
            form.locale.data = "en_GB"


def _currencies() -> list[str]:
    """The company's own first, then those of other price lists."""
    own = seller().base_currency
    return [own, *(code for code in list_currencies(session()) if code != own)]


WHO = ("name", "legal_name", "trade", "phone", "website", "country", "tax_number")
HOW = ("backorder_policy", "requires_po_number")
CHARGES = ("carriage_free_over", "minimum_order_value", "small_order_charge", "carriage_free")


def _show_new(form: OpeningForm) -> Response:
    limit = () if not current_actor().can(Permission.CREDIT_CHANGE) else ("credit_limit",)
    return customer_form(
        form,
        None,
        title=_("New account"),
        action=url_for("office_customers.add"),
        back=url_for("office_accounts.page"),
        button=_("Open the account"),
        sections=[
            (_("Who they are"), WHO),
            (_("Where they are"), ADDRESS),
            (_("How they buy"), ("group_id", "rep_id", "terms_id", *limit, "currency", "locale",
                                 "tax_treatment", "exempt_until", *HOW)),
            (_("Charges"), CHARGES),
            (_("Head office"), ("head_office", "head_office_pays")),
        ],
    )  # fmt: skip


def _show(form: FactsForm, account: Account) -> Response:
    sections = [(_("Who they are"), WHO)]
    if isinstance(form, TermsForm):
        sections += [
            (_("How they buy"), ("group_id", "rep_id", "tax_treatment", "exempt_until", "priority",
                                 *HOW)),
            (_("Charges"), CHARGES),
        ]  # fmt: skip
    else:
        sections += [(_("How they buy"), HOW)]
    return customer_form(
        form,
        account,
        title=_("Change the account"),
        action=url_for("office_customers.save", account_id=account.id),
        back=url_for("office_accounts.page_of", account_id=account.id),
        button=_("Save the account"),
        sections=sections,
    )
