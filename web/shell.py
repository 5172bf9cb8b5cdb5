"""What the frames around the pages show. A view fills one of these and passes it as `shell`.

Texts that are `Markup` may hold <b> and links; everything else is escaped. Every `href` is made
by the door (storefront, admin) with `url_for`, so layouts know no address. The fields of one
frame are the only promise between a door and `templates/layouts/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from flask import Flask, request
from markupsafe import Markup

Tone = Literal["info", "warn", "bad", "ok", "acting"]


@dataclass(frozen=True)
class Look:
    """Theme, row height and single keys of this browser (cookies `theme`, `density`, `keys`)."""

    theme: str = ""
    density: str = ""
    keys: str = ""
    saves_data: bool = False

    @classmethod
    def of(cls, cookies: Mapping[str, str], save_data: str = "") -> Self:
        def allowed(name: str, *values: str) -> str:
            return cookies[name] if cookies.get(name) in values else ""

        return cls(
            theme=allowed("theme", "light", "dark"),
            density=allowed("density", "regular", "compact"),
            keys=allowed("keys", "off"),
            saves_data=save_data.lower() == "on",
        )


@dataclass(frozen=True)
class Brand:
    name: str
    href: str
    tagline: str = ""
    logo: str = ""  # address of the tenant's own logo; empty draws the built-in mark


@dataclass(frozen=True)
class NavItem:
    label: str
    href: str
    icon: str = ""
    count: int | None = None
    current: bool = False
    key: str = ""  # single key that follows the link, such as "n"


@dataclass(frozen=True)
class NavGroup:
    """A run of items under a small heading; an empty label has no heading."""

    items: tuple[NavItem, ...]
    label: str = ""


@dataclass(frozen=True)
class Strip:
    """A permanent line above the page: mail is off, "Ordering for Acme" with its way out."""

    text: str | Markup
    tone: Tone = "info"
    icon: str = "info"
    action: str = ""
    action_href: str = ""
    action_posts: bool = False


@dataclass(frozen=True)
class Goal:
    """The next threshold of an order: `text` with the amount in <b>, and how far it is (0-100)."""

    text: str | Markup
    percent: float
    label: str


@dataclass(frozen=True)
class CartSummary:
    """The order being assembled, as the header, the order bar and the tab bar show it."""

    href: str
    total: str
    lines: int
    units: str = ""
    lines_text: str = ""  # "14 lines", in the page's language
    saved_text: str = ""
    goal: Goal | None = None
    save_list_href: str = ""


@dataclass(frozen=True)
class Person:
    name: str
    role: str = ""
    initials: str = ""
    settings_href: str = ""
    sign_out_href: str = ""  # is posted to


@dataclass(frozen=True)
class ShopShell:
    brand: Brand
    person: Person
    account_name: str
    search_href: str
    cart: CartSummary | None = None
    nav: tuple[NavItem, ...] = ()
    tabs: tuple[NavItem, ...] = ()
    categories: tuple[NavItem, ...] = ()
    account_menu: tuple[NavItem, ...] = ()
    search_query: str = ""
    promise: str | Markup = ""
    strips: tuple[Strip, ...] = ()
    footer: tuple[NavItem, ...] = ()
    place_name: str = ""  # the ship-to in use, for the phone's header


@dataclass(frozen=True)
class OfficeShell:
    brand: Brand
    person: Person
    groups: tuple[NavGroup, ...]
    find_href: str
    strips: tuple[Strip, ...] = ()


@dataclass(frozen=True)
class RepShell:
    brand: Brand
    person: Person
    tabs: tuple[NavItem, ...] = ()
    title: str = ""
    subtitle: str = ""
    back_href: str = ""
    outbox_href: str = ""
    outbox_text: str = ""
    online: bool = True
    cart: CartSummary | None = None
    strips: tuple[Strip, ...] = ()


@dataclass(frozen=True)
class FloorShell:
    title: str
    person: Person
    back_href: str = ""
    subtitle: str = ""
    done: int = 0
    total: int = 0  # 0 hides the progress
    progress_text: str | Markup = ""
    strips: tuple[Strip, ...] = ()


def install(app: Flask) -> None:
    """Gives templates `look()`, the browser's own settings, for the root element."""

    def look() -> Look:
        return Look.of(request.cookies, request.headers.get("Save-Data", ""))

    app.jinja_env.globals["look"] = look
