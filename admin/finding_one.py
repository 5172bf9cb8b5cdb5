"""The one account or product that a person means by a number, a code or a name."""

from __future__ import annotations

from admin.frame import today
from models.insight import Found, find_records
from models.kernel.errors import Refused
from web.i18n import _
from web.identity import current_actor
from web.transactions import session


def account_called(text: str, *, field: str = "account") -> int:
    """The id of the account with this number or name, of those that this person may see.

    Refused where none or several fit.
    """
    return _one("account", text, field, _("Type an account's number or name."))


def product_called(text: str, *, field: str = "product") -> int:
    """The id of the product with this SKU or name. Refused where none or several fit."""
    return _one("product", text, field, _("Type a product's SKU or name."))


def _one(kind: str, text: str, field: str, empty: str) -> int:
    words = text.strip()
    if not words:
        raise Refused(empty, field=field)
    found = find_records(session(), words[:80], current_actor(), today=today(), only=kind)
    exact = [each for each in found if words.upper() in (each.note.upper(), each.name.upper())]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0].id
    if found:
        raise Refused(_several(words, found), field=field)
    raise Refused(_("Nothing is called “%(words)s”.", words=words[:40]), field=field)


def _several(words: str, found: list[Found]) -> str:
    names = ", ".join(f"{each.note} {each.name}" for each in found[:4])
    return _("Several fit “%(words)s”: %(names)s. Type more.", words=words[:40], names=names)
