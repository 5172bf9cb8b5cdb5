"""A special on a draft: what no list has, described at the desk and bought for this order alone."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.desk.frame import OpenDraft, open_draft
from admin.frame import office_page
from admin.products import TAXES
from admin.typed import number_in
from models.accounts import Permission
from models.checkout import SpecialFacts, add_special, change_special, special_on
from models.kernel.quantity import parse_quantity, plain
from models.purchasing import vendor_options
from web.access import Pages, staff
from web.forms import AmountField, Form, SelectField, attempt
from web.i18n import _, lazy
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("desk_special", __name__, url_prefix="/admin/desk/<int:draft_id>")
SPECIAL = Permission.ORDERS_SPECIAL


class SpecialForm(Form):
    name = StringField(
        lazy("Description"),
        [InputRequired(lazy("Describe what it is, as it is to stand on the papers.")),
         Length(max=200)],
    )  # fmt: skip
    quantity = StringField(lazy("Quantity"), [InputRequired(lazy("Type how many."))])
    unit_cost = AmountField(
        lazy("Cost each, in our currency"),
        [InputRequired(lazy("Type what one costs us."))],
    )
    unit_price = AmountField(
        lazy("Price each, without VAT"), [InputRequired(lazy("Type the price of one."))]
    )
    vendor = SelectField(lazy("Vendor"), validate_choice=False)
    part_number = StringField(lazy("The vendor's number for it"), [Length(max=60)])
    expected_on = DateField(lazy("Expected on"), [Optional()])
    tax_category = SelectField(lazy("Tax"), default="standard")

    def offer(self) -> SpecialForm:
        """The same form with what there is to choose from."""
        self.vendor.choices = [("", _("Choose")), *vendor_options(session())]
        self.tax_category.choices = [(key, str(name)) for key, name in TAXES.items()]
        return self

    def facts(self) -> SpecialFacts:
        return SpecialFacts(
            name=self.name.data or "",
            quantity=parse_quantity(self.quantity.data or "", decimals=0, field="quantity"),
            unit_cost=Decimal(self.unit_cost.data or 0),
            unit_price=Decimal(self.unit_price.data or 0),
            vendor_id=number_in(self.vendor.data), part_number=self.part_number.data or "",
            expected_on=self.expected_on.data, tax_category=self.tax_category.data or "",
        )  # fmt: skip


@pages.get("/special", access=staff(SPECIAL))
def new(draft_id: int) -> Response:
    """The form for one more special."""
    return _page(open_draft(draft_id), SpecialForm(None).offer())


@pages.post("/special", access=staff(SPECIAL))
def add(draft_id: int) -> Response:
    """Puts it on the draft; it is bought when the order is placed."""
    form = SpecialForm().offer()

    def act() -> Response:
        draft = open_draft(draft_id)
        add_special(session(), draft.cart, form.facts(), today=draft.shopper().today, by=draft.by)
        return _done(draft, _("It is on the order, and is bought when the order is placed."))

    return attempt(form, act, lambda _form: _page(open_draft(draft_id), form))


@pages.get("/rows/<int:line_id>/special", access=staff(SPECIAL))
def page(draft_id: int, line_id: int) -> Response:
    """A special of the draft as it is described now."""
    draft = open_draft(draft_id)
    line, product, special = special_on(session(), draft.cart, line_id)
    form = SpecialForm(
        None, name=product.name, quantity=plain(line.quantity), unit_cost=product.cost,
        unit_price=line.override_price, vendor=special.vendor_id,
        part_number=special.part_number, expected_on=special.expected_on,
        tax_category=product.tax_category,
    )  # fmt: skip
    return _page(draft, form.offer(), line_id)


@pages.post("/rows/<int:line_id>/special", access=staff(SPECIAL))
def change(draft_id: int, line_id: int) -> Response:
    """Describes it anew."""
    form = SpecialForm().offer()

    def act() -> Response:
        draft = open_draft(draft_id)
        change_special(
            session(), draft.cart, line_id, form.facts(), today=draft.shopper().today,
            by=draft.by,
        )  # fmt: skip
        return _done(draft, _("The special is changed."))

    return attempt(form, act, lambda _form: _page(open_draft(draft_id), form, line_id))


def _done(draft: OpenDraft, told: str) -> Response:
    commit()
    flash(told)
    return go_to(url_for("desk_draft.page", draft_id=draft.cart.id))


def _page(draft: OpenDraft, form: SpecialForm, line_id: int | None = None) -> Response:
    action = (
        url_for("desk_special.add", draft_id=draft.cart.id)
        if line_id is None
        else url_for("desk_special.change", draft_id=draft.cart.id, line_id=line_id)
    )
    errors = [("", str(sentence)) for sentence in form.form_errors]
    errors += [(part.id, str(part.errors[0])) for part in form if part.errors]
    return office_page(
        "admin/desk/special.html",
        current="desk",
        errors=errors,
        draft=draft.cart,
        account=draft.account,
        form=form,
        action=action,
        is_new=line_id is None,
    )
