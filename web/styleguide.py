"""The component sheet: every component and frame in every state, for people who build pages.

`pages()` maps each address below `/styleguide` to a function that renders it; the composition
root registers them outside production, the tests register them in a small app of their own.
"""

from collections.abc import Callable

from flask import render_template
from markupsafe import Markup

from web.shell import (
    Brand,
    CartSummary,
    FloorShell,
    Goal,
    NavGroup,
    NavItem,
    OfficeShell,
    Person,
    RepShell,
    ShopShell,
    Strip,
)

BRAND = Brand("Pellow", "#", "Trade")
PERSON = Person("Ines Pardo", "Order desk", "IP", "#", "#")
CART = CartSummary(
    href="#",
    total="£1,118.66",
    lines=14,
    units="352 units",
    lines_text="14 lines",
    saved_text="Saved 10:42",
    goal=Goal(Markup("<b>£381.34</b> more for 2% off the whole order"), 74.6, "75% of £1,500"),
    save_list_href="#",
)


def pages() -> dict[str, Callable[[], str]]:
    return {
        "/styleguide": sheet,
        "/styleguide/shop": shop,
        "/styleguide/office": office,
        "/styleguide/rep": rep,
        "/styleguide/floor": floor,
        "/styleguide/plain": plain,
    }


def fragments() -> dict[str, Callable[[], str]]:
    """What the sheet's own htmx fields ask for, below the same address."""
    return {"/styleguide/find": found}


def found() -> str:
    return render_template("styleguide/_found.html")


def sheet() -> str:
    return render_template("styleguide.html", brand=BRAND)


def shop() -> str:
    shell = ShopShell(
        brand=BRAND,
        person=Person("Maya Lindqvist", sign_out_href="#"),
        account_name="Seaglass & Co",
        place_name="Whitby",
        search_href="#",
        cart=CART,
        nav=(
            NavItem("Order pad", "#", "zap"),
            NavItem("Lists", "#", "list-checks"),
            NavItem("Orders", "#", "history"),
            NavItem("Invoices", "#", "receipt-text"),
        ),
        tabs=(
            NavItem("Shop", "#", "store", current=True),
            NavItem("Scan", "#", "scan-barcode"),
            NavItem("Lists", "#", "list-checks"),
            NavItem("Orders", "#", "history"),
        ),
        categories=(
            NavItem("New in", "#"),
            NavItem("Garden", "#", current=True),
            *(NavItem(name, "#") for name in ("Kitchen and table", "Hardware", "Seasonal")),
        ),
        account_menu=(NavItem("Company", "#", "building-2"), NavItem("Invoices", "#", "wallet")),
        promise=Markup("Order by <b>14:00</b>, dispatched <b>Mon 23 Nov</b>"),
        strips=(
            Strip(Markup("Ordering for <b>Seaglass &amp; Co</b>"), "acting", "users", "Leave"),
        ),
    )
    return render_template("styleguide/shop.html", shell=shell)


def office() -> str:
    groups = (
        NavGroup((NavItem("Today", "#", "house"), NavItem("Orders", "#", "inbox", 32, True))),
        NavGroup((NavItem("Pick", "#", "hand", 12), NavItem("Stock", "#", "boxes")), "Warehouse"),
        NavGroup((NavItem("Customers", "#", "store"), NavItem("Products", "#", "tag")), "Sales"),
        NavGroup(
            (NavItem("Invoices", "#", "receipt-text"), NavItem("Payments", "#", "wallet", 5)),
            "Finance",
        ),
    )
    shell = OfficeShell(
        brand=Brand("Pellow", "#", "Back office"),
        person=PERSON,
        groups=groups,
        find_href="/styleguide/find",
        strips=(Strip("Mail is switched off: 12 messages wait.", "warn", "mail", "See them", "#"),),
    )
    return render_template("styleguide/office.html", shell=shell)


def rep() -> str:
    shell = RepShell(
        brand=BRAND,
        person=Person("Rita Okafor", "Field sales", "RO", sign_out_href="#"),
        title="Seaglass & Co",
        subtitle="Whitby shop, visit 11:30",
        back_href="#",
        outbox_href="#",
        outbox_text="Offline, 2 waiting",
        online=False,
        cart=CART,
        tabs=(
            NavItem("Today", "#", "calendar-days"),
            NavItem("Shops", "#", "store", current=True),
            NavItem("Scan", "#", "scan-barcode"),
            NavItem("Find", "#", "search"),
        ),
    )
    return render_template("styleguide/rep.html", shell=shell)


def floor() -> str:
    shell = FloorShell(
        title="Wave 318, 4 orders",
        subtitle="Tom Adeyemi, trolley 2",
        person=Person("Tom Adeyemi", sign_out_href="#"),
        back_href="#",
        done=14,
        total=38,
        progress_text=Markup("<b>14</b> of 38 lines"),
    )
    return render_template("styleguide/floor.html", shell=shell)


def plain() -> str:
    return render_template("styleguide/plain.html", brand=BRAND)
