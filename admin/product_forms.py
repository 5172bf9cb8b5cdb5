"""A new product, and what is known of one beside how it is sold: facts, packs and barcodes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from admin.form_pages import Sections, form_page
from admin.frame import seller, today
from admin.product_editing import POLICIES
from admin.products import TAXES
from models import insight
from models.accounts import Permission
from models.catalog import (
    EACH,
    PACK_UNITS,
    PRICE_PER,
    Brand,
    CatalogueFacts,
    PackFacts,
    Product,
    SellingFacts,
    add_product,
    category_names,
    change_packs,
    codes_of,
    describe_product,
)
from models.kernel.quantity import parse_quantity, plain
from models.pricing import base_list_id, set_price
from web.access import Pages, staff
from web.address_forms import NEEDED, countries
from web.forms import AmountField, Form, SelectField, VersionField, attempt
from web.i18n import _, current_locale, lazy
from web.identity import current_actor
from web.pages import go_to
from web.transactions import commit, session

pages = Pages("office_product_forms", __name__, url_prefix="/admin/products")
EDIT = staff(Permission.PRODUCTS_EDIT)
ONE = Decimal(1)
WHERE = ("category", "brand", "manufacturer_number")
GOODS = ("weight_grams", "origin_country", "commodity_code", "retail_price", "lead_time_days",
         "reorder_point")  # fmt: skip
PACK_NAMES = {"inner": lazy("Inner"), "case": lazy("Case"), "pallet": lazy("Pallet")}


class FactsForm(Form):
    """What is known of a product."""

    version = VersionField()
    category = StringField(
        lazy("Category"), [Length(max=200)],
        description=lazy("From the top: Garden > Hand tools; a new one is made"),
    )  # fmt: skip
    brand = StringField(lazy("Brand"), [Length(max=80)], description=lazy("A new one is made"))
    manufacturer_number = StringField(lazy("Manufacturer's number"), [Length(max=40)])
    weight_grams = IntegerField(
        lazy("Weight of one, in grams"), [InputRequired(), NumberRange(0, 9_999_999)], default=0
    )
    origin_country = SelectField(lazy("Made in"))
    commodity_code = StringField(lazy("Commodity code"), [Length(max=20)])
    retail_price = AmountField(
        lazy("Retail price"), [Optional()], description=lazy("Recommended, with tax")
    )
    lead_time_days = IntegerField(
        lazy("Lead time in days"), [InputRequired(), NumberRange(0, 999)], default=14
    )
    reorder_point = StringField(
        lazy("Reorder at"), description=lazy("Units left; empty: not watched")
    )
    cost = AmountField(lazy("Cost"), [Optional()])


class NewForm(FactsForm):
    """And what a new one needs."""

    sku = StringField(lazy("SKU"), [NEEDED, Length(max=40)])
    name = StringField(lazy("Name"), [NEEDED, Length(max=200)])
    description = TextAreaField(lazy("Description"), [Length(max=10_000)])
    unit = StringField(
        lazy("Counted in"), [NEEDED, Length(max=20)], default="each",
        description=lazy("Such as each, metre, pair"),
    )  # fmt: skip
    decimals = SelectField(lazy("Sold in"), coerce=int, default=0)
    price_per = SelectField(lazy("A price is for"), coerce=int)
    tax_category = SelectField(lazy("Tax"))
    backorder_policy = SelectField(lazy("When out of stock"), default="backorder")
    lifecycle = SelectField(lazy("State"), default="active")
    minimum = StringField(lazy("Minimum order"), default="1")
    multiple = StringField(lazy("Sold in steps of"), default="1")
    base_price = AmountField(
        lazy("Base price"), [Optional()], description=lazy("Net, from today, in the base list")
    )


class PacksForm(Form):
    """Made below with six fields for each pack."""

    version = VersionField()
    codes_each = StringField(
        lazy("Barcodes of one"), [Length(max=400)], description=lazy("Several with blanks between")
    )


for _unit in PACK_UNITS:
    for _name, _label in (
        ("quantity", lazy("Units in it")), ("weight", lazy("Weight, kg")),
        ("length", lazy("Length, cm")), ("width", lazy("Width, cm")),
        ("height", lazy("Height, cm")), ("codes", lazy("Barcodes")),
    ):  # fmt: skip
        setattr(PacksForm, f"{_name}_{_unit}", StringField(_label, [Length(max=400)]))


@pages.get("/new", access=EDIT)
def new() -> Response:
    """The form of a new product."""
    form = NewForm()
    _fill(form)
    return _show_new(form)


@pages.post("/new", access=EDIT)
def add() -> Response:
    """Puts it into the catalogue, with its first price where one was typed."""
    form = NewForm()
    _fill(form)

    def act() -> Response:
        product = add_product(
            session(), form.sku.data or "", _selling(form), _facts(form), today=today(),
            unit=form.unit.data or "", price_per=form.price_per.data,
            decimals=form.decimals.data, by=current_actor(),
        )  # fmt: skip
        list_id = base_list_id(session(), seller().base_currency)
        if "base_price" in form and form.base_price.data is not None and list_id:
            set_price(
                session(), list_id, product.id, min_quantity=ONE, effective_from=today(),
                unit_price=form.base_price.data, by=current_actor(),
            )  # fmt: skip
        commit()
        flash(_("%(sku)s is in the catalogue. Say next how it is packed.", sku=product.sku))
        return _done(product.id)

    return attempt(form, act, lambda _form: _show_new(form))


@pages.get("/<int:product_id>/facts", access=EDIT)
def facts(product_id: int) -> Response:
    """What is known of it, as a form."""
    return _show_facts(_facts_of(product_id), _row(product_id).Product)


@pages.post("/<int:product_id>/facts", access=EDIT)
def save_facts(product_id: int) -> Response:
    """Puts it right."""
    form = FactsForm()
    _fill(form)

    def act() -> Response:
        describe_product(
            session(), product_id, _facts(form), version=form.version.data or 0,
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("Saved"))
        return _done(product_id)

    return attempt(
        form, act, lambda _form: _show_facts(form, _row(product_id).Product),
        lambda: _facts_of(product_id),
    )  # fmt: skip


@pages.get("/<int:product_id>/packs", access=EDIT)
def packs(product_id: int) -> Response:
    """How it is packed, as a form."""
    return _show_packs(_packs_of(product_id), _row(product_id).Product)


@pages.post("/<int:product_id>/packs", access=EDIT)
def save_packs(product_id: int) -> Response:
    """It is packed and scanned so from now on."""
    form = PacksForm()

    def act() -> Response:
        wanted = {
            unit: PackFacts(
                quantity=parse_quantity(form[f"quantity_{unit}"].data, field=f"quantity_{unit}"),
                weight_grams=_measure(form, f"weight_{unit}", 1000),
                length_mm=_measure(form, f"length_{unit}", 10),
                width_mm=_measure(form, f"width_{unit}", 10),
                height_mm=_measure(form, f"height_{unit}", 10),
            )
            for unit in PACK_UNITS
            if (form[f"quantity_{unit}"].data or "").strip()
        }
        codes = {unit: form[f"codes_{unit}"].data or "" for unit in (EACH, *PACK_UNITS)}
        change_packs(
            session(), product_id, wanted, codes, version=form.version.data or 0,
            by=current_actor(),
        )  # fmt: skip
        commit()
        flash(_("Saved"))
        return _done(product_id)

    return attempt(
        form, act, lambda _form: _show_packs(form, _row(product_id).Product),
        lambda: _packs_of(product_id),
    )  # fmt: skip


def _row(product_id: int) -> Any:
    return insight.product_by_id(session(), product_id, current_actor(), today=today())


def _facts_of(product_id: int) -> FactsForm:
    """What is known of it, whatever was sent."""
    row = _row(product_id)
    form = FactsForm(
        formdata=None, obj=row.Product, category=_category(row.Product), brand=row.brand or ""
    )
    if row.Product.reorder_point is not None:
        form.reorder_point.data = plain(row.Product.reorder_point)
    _fill(form)
    return form


def _packs_of(product_id: int) -> PacksForm:
    """How it is packed, whatever was sent."""
    shown: dict[str, Any] = {"version": _row(product_id).Product.version}
    for pack in insight.product_packs(session(), product_id):
        sizes = {"length": pack.length_mm, "width": pack.width_mm, "height": pack.height_mm}
        shown |= {f"quantity_{pack.unit}": plain(pack.quantity)}
        shown |= {f"weight_{pack.unit}": _scaled(pack.weight_grams, 1000)}
        shown |= {f"{name}_{pack.unit}": _scaled(size, 10) for name, size in sizes.items()}
    for unit, codes in codes_of(session(), product_id).items():
        shown[f"codes_{unit}"] = " ".join(codes)
    return PacksForm(formdata=None, data=shown)


def _fill(form: FactsForm) -> None:
    actor = current_actor()
    form.origin_country.choices = [("", _("Not known")), *countries(current_locale())]
    if not actor.can(Permission.COSTS_SEE):
        del form.cost
    if isinstance(form, NewForm):
        form.tax_category.choices = list(TAXES.items())
        form.backorder_policy.choices = list(POLICIES.items())
        form.lifecycle.choices = [("active", _("Active")), ("draft", _("Draft"))]
        form.decimals.choices = [(0, _("whole units")), (1, _("tenths")), (2, _("hundredths")),
                                 (3, _("thousandths"))]  # fmt: skip
        form.price_per.choices = [
            (count, _("%(count)s units", count=count) if count > 1 else _("one unit"))
            for count in PRICE_PER
        ]
        has_list = base_list_id(session(), seller().base_currency) is not None
        if not (has_list and actor.can(Permission.PRICES_EDIT)):
            del form.base_price


def _selling(form: NewForm) -> SellingFacts:
    return SellingFacts(
        name=form.name.data or "", description=form.description.data or "",
        lifecycle=form.lifecycle.data, tax_category=form.tax_category.data,
        order_minimum=parse_quantity(form.minimum.data or "", decimals=3, field="minimum"),
        order_multiple=parse_quantity(form.multiple.data or "", decimals=3, field="multiple"),
        order_maximum=None, backorder_policy=form.backorder_policy.data, backorder_cap=None,
    )  # fmt: skip


def _facts(form: FactsForm) -> CatalogueFacts:
    reorder = (form.reorder_point.data or "").strip()
    given = {
        name: form[name].data
        for name in (*WHERE, *GOODS, "cost")
        if name in form and name != "reorder_point" and form[name].data is not None
    }
    return CatalogueFacts(
        **given,
        reorder_point=parse_quantity(reorder, decimals=3, field="reorder_point")
        if reorder
        else None,
    )


def _category(product: Product) -> str:
    return category_names(session()).get(product.category_id, "")


def _scaled(value: int, by: int) -> str:
    return plain(Decimal(value) / by) if value else ""


def _measure(form: PacksForm, name: str, times: int) -> int:
    typed = (form[name].data or "").strip()
    return int(parse_quantity(typed, decimals=3, field=name) * times) if typed else 0


def _show_new(form: NewForm) -> Response:
    prices = ("base_price",) if "base_price" in form else ()
    return _show(
        form,
        None,
        _("New product"),
        url_for("office_product_forms.add"),
        [
            (_("What it is called"), ("sku", "name", "description")),
            (_("Where it stands"), WHERE),
            (_("How it is sold"), (*prices, "price_per", "unit", "decimals", "minimum", "multiple",
                                   "tax_category", "backorder_policy", "lifecycle")),
            (_("The goods"), _goods(form)),
        ],
    )  # fmt: skip


def _show_facts(form: FactsForm, product: Product) -> Response:
    return _show(
        form,
        product,
        _("What it is"),
        url_for("office_product_forms.save_facts", product_id=product.id),
        [(_("Where it stands"), WHERE), (_("The goods"), _goods(form))],
    )


def _show_packs(form: PacksForm, product: Product) -> Response:
    names = ("quantity", "weight", "length", "width", "height", "codes")
    return _show(
        form,
        product,
        _("Packs and barcodes"),
        url_for("office_product_forms.save_packs", product_id=product.id),
        [(_("One by one"), ("codes_each",))]
        + [(str(PACK_NAMES[unit]), tuple(f"{name}_{unit}" for name in names))
           for unit in PACK_UNITS],
    )  # fmt: skip


def _goods(form: FactsForm) -> tuple[str, ...]:
    return (*GOODS, *(("cost",) if "cost" in form else ()))


def _show(
    form: Form, product: Product | None, title: str, action: str, sections: Sections
) -> Response:
    crumbs = [(_("Products"), url_for("office_products.page"))]
    if product:
        crumbs.append((product.sku, url_for("office_products.page_of", product_id=product.id)))
    brands = session().scalars(select(Brand.name).order_by(Brand.name))
    shelves = sorted(category_names(session()).values())
    return form_page(
        form, current="products", crumbs=crumbs, title=title, action=action, sections=sections,
        note=f"{product.sku}, {product.name}" if product else "", button=_("Save the product"),
        back=crumbs[-1][1], proposed={"category": shelves, "brand": brands.all()},
    )  # fmt: skip


def _done(product_id: int) -> Response:
    return go_to(url_for("office_products.page_of", product_id=product_id))
