"""The frame around the reps' pages."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from storefront.frame import cart_summary
from storefront.shopping import buyer_actor, current_shopper
from web.branding import brand
from web.i18n import _
from web.pages import render
from web.shell import NavItem, Person, RepShell


def rep_page(
    page: str, *, title: str = "", subtitle: str = "", back: str = "", **context: Any
) -> Any:
    """A page of the rep's, in their frame."""
    return render(page, shell=_shell(title, subtitle, back), **context)


def initials_of(name: str) -> str:
    """`Rita Okafor` as RO."""
    words = name.split()
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


def _shell(title: str, subtitle: str, back: str) -> RepShell:
    actor = buyer_actor()
    acting = actor.account_id is not None
    here = request.path
    tabs = [
        NavItem(_("Customers"), url_for("rep_today.today"), "store", current=here == "/rep"),
        NavItem(_("Find"), url_for("rep_today.today") + "#find", "search"),
    ]
    if acting:
        shop = NavItem(_("Price list"), url_for("catalogue.all_products"), "list")
        tabs.insert(1, shop)
    return RepShell(
        brand=brand(_("Trade"), url_for("rep_today.today")),
        person=Person(actor.name, _("Sales"), initials_of(actor.name), "",
                      url_for("signing_in.stop")),
        tabs=tuple(tabs),
        title=title,
        subtitle=subtitle,
        back_href=back,
        outbox_href=url_for("rep_today.today"),
        outbox_text=_("Online"),
        cart=cart_summary(current_shopper()) if acting else None,
    )  # fmt: skip
