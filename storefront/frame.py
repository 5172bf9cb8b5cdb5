"""The frame around every shop page: brand, navigation, the pad's total, the promise."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request, url_for
from markupsafe import Markup, escape

from models.accounts import Actor, Capability, Permission
from models.checkout import Aisle, Shopper, aisles
from models.kernel import clock
from storefront.shopping import current_shopper
from web import identity
from web.access import current_actor
from web.branding import brand_of
from web.i18n import _, ngettext
from web.pages import address_of, page_address, render, wants_fragment
from web.presenting import clock_time, day_in_words, money, quantity
from web.safe_redirects import here
from web.security import allow_form_to
from web.shell import CartSummary, NavItem, Person, ShopShell, Strip
from web.transactions import session


def shop_page(
    page: str, *, fragment: str | None = None, status: int = 200, within: str = "", **context: Any
) -> Any:
    """A page of the shop in its frame, or its fragment where htmx asked for that alone."""
    if fragment is None or not wants_fragment():
        context["shell"] = shop_shell(within)
        _allow_checkout()
    return render(page, fragment=fragment, status=status, **context)


def shop_shell(within: str = "", query: str = "") -> ShopShell:
    """The frame for the person of this request; `within` is the category path of the page."""
    shopper = current_shopper()
    actor: Any = current_actor()
    signed_in = actor is not None and shopper.account is not None
    return ShopShell(
        brand=brand_of(shopper.seller, page_address("home.home"), _("Trade")),
        person=Person(
            actor.name if actor else _("Visitor"), sign_out_href=page_address("signing_in.stop")
        ),
        account_name=shopper.account.name if shopper.account else _("Sign in"),
        place_name=shopper.ship_to.city if shopper.ship_to else "",
        search_href=page_address("search.results"),
        search_query=query or request.args.get("q", ""),
        cart=cart_summary(shopper) if signed_in and _may_order(actor) else None,
        nav=_nav(actor) if signed_in else (),
        tabs=_tabs(actor, signed_in=signed_in),
        categories=_categories(page_aisles(within), within),
        account_menu=_account_menu(actor),
        promise=_promise(shopper) if signed_in else "",
        strips=_strips(actor, shopper),
    )


def shop_frame() -> ShopShell:
    """The frame around the pages of people and companies."""
    return shop_shell()


def page_aisles(within: str = "") -> list[Aisle]:
    """The categories of the navigation and around `within`, read once per request."""
    if "aisles" not in g:
        g.aisles = aisles(session(), within)
    found: list[Aisle] = g.aisles
    return found


def cart_summary(shopper: Shopper) -> CartSummary:
    """The pad's stored totals, as header, order bar and tab bar show them."""
    cart = shopper.cart
    lines = cart.line_count if cart else 0
    total = money(cart.goods_amount if cart else 0, shopper.currency)
    return CartSummary(
        href=page_address("order_pad.pad"),
        total=total,
        lines=lines,
        lines_text=ngettext("%(num)s line", "%(num)s lines", lines),
        units=_("ex VAT, %(units)s units", units=quantity(cart.unit_count)) if cart else "",
        saved_text=_saved(shopper),
    )


def can(capability: str) -> bool:
    """Whether the person of this request holds a capability, named as in the matrix."""
    actor: Any = current_actor()
    return actor is not None and actor.can(Capability(capability))


def own_number(code: str) -> str:
    """An account's own part number, as it is told to the buyer or to who acts for them."""
    actor: Any = current_actor()
    if actor is not None and actor.is_staff:
        return _("theirs: %(code)s", code=code)
    return _("yours: %(code)s", code=code)


def sign_in_href() -> str:
    """Where a visitor signs in, to come back here."""
    return url_for("signing_in.page", next=here() if request.method == "GET" else None)


def _allow_checkout() -> None:
    """Lets the forms of every page of the shop lead to the payment page: whoever follows boosted
    links stays under the policy of the page that they came in by."""
    payments = current_app.extensions.get("card_payments")
    if payments is not None:
        allow_form_to(payments.checkout_host)


def _may_order(actor: Actor) -> bool:
    return actor.can(Capability.PLACE_ORDERS)


def _saved(shopper: Shopper) -> str:
    if shopper.cart is None or not shopper.cart.line_count:
        return ""
    at = clock_time(shopper.cart.changed_at, shopper.seller.time_zone)
    return _("Saved %(time)s", time=at)


def _nav(actor: Actor) -> tuple[NavItem, ...]:
    items = [_link(_("Orders"), "orders.list_orders", "history", "/orders")]
    if actor.can(Capability.PLACE_ORDERS):
        items.insert(0, _link(_("Order pad"), "order_pad.pad", "zap", "/order"))
    if actor.can(Capability.SEE_INVOICES):
        items.append(_link(_("Invoices"), "invoices.list_invoices", "receipt-text", "/invoices"))
    return tuple(items)


def _tabs(actor: Actor | None, *, signed_in: bool) -> tuple[NavItem, ...]:
    shop = NavItem(_("Shop"), page_address("catalogue.all_products"), "store",
                   current=request.path.startswith(("/c/", "/p/", "/products")))  # fmt: skip
    find = _link(_("Find"), "search.results", "search", "/search")
    if actor is None or not signed_in:
        return (shop, find, NavItem(_("Sign in"), sign_in_href(), "log-in"))
    home = NavItem(_("Home"), page_address("home.home"), "house", current=request.path == "/")
    return (home, shop, find, _link(_("Orders"), "orders.list_orders", "history", "/orders"))


def _link(label: str, endpoint: str, icon: str, below: str) -> NavItem:
    here = request.path == below or request.path.startswith(f"{below}/")
    return NavItem(label, page_address(endpoint), icon, current=here)


def _categories(found: list[Aisle], within: str) -> tuple[NavItem, ...]:
    top = within.partition("/")[0]
    return tuple(
        NavItem(
            each.name,
            address_of("catalogue.category", category=each.path),
            current=each.path == top,
        )
        for each in found
        if "/" not in each.path
    )


def _account_menu(actor: Actor | None) -> tuple[NavItem, ...]:
    """The links of the account menu that this person may follow."""
    if actor is None:
        apply = NavItem(_("Apply for an account"), page_address("applying.page"), "user-plus")
        return (NavItem(_("Sign in"), sign_in_href(), "log-in"), apply)
    several = identity.current_visit().account_count > 1
    items = [
        (_("Your details"), "details.page", "circle-user-round", True),
        (_("Users"), "company_users.page", "users", actor.can(Capability.MANAGE_USERS)),
        (_("Addresses"), "company_addresses.page", "map-pin",
         actor.can(Capability.MANAGE_ADDRESSES)),
        (_("Price notices"), "own_price_notices.page", "badge-percent",
         actor.can(Capability.SEE_PRICES)),
        (_("Change company"), "acting.accounts", "store", several),
        (_("Your customers"), "rep_today.today", "calendar-days",
         actor.can(Permission.ACCOUNTS_VIEW)),
    ]  # fmt: skip
    return tuple(NavItem(label, page_address(page), icon) for label, page, icon, ok in items if ok)


def _promise(shopper: Shopper) -> Markup:
    now = clock.now()
    until = shopper.calendar.next_cut_off(now)
    at = clock_time(until, shopper.calendar.time_zone)
    if until.date() != clock.today(shopper.calendar.time_zone):
        at = f"{day_in_words(until.date())} {at}"
    ships = day_in_words(shopper.calendar.ship_date(now))
    words = escape(_("Order by %(time)s, dispatched %(day)s"))
    return words % {
        "time": Markup("<b>{}</b>").format(at), "day": Markup("<b>{}</b>").format(ships)
    }  # fmt: skip


def _strips(actor: Actor | None, shopper: Shopper) -> tuple[Strip, ...]:
    if actor is None or actor.acting_for_id is None or shopper.account is None:
        return ()
    words = escape(_("Ordering for %(account)s"))
    text = words % {"account": Markup("<b>{}</b>").format(shopper.account.name)}
    leave = page_address("acting.stop")
    return (Strip(text, "acting", "users", _("Leave"), leave, action_posts=True),)
