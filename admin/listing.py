"""The state of a list in its address: page, sorting and filters, every one a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from models.kernel.errors import Refused
from web.i18n import _

PAGE_SIZE = 50
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Listing:
    """What the address of this list says; makes the addresses around it."""

    endpoint: str
    args: Mapping[str, str]
    sort: str
    descending: bool
    page: int
    path: Mapping[str, Any] = field(default_factory=dict)

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def href(self, **changes: Any) -> str:
        """This list with some of its state changed; it starts again at the first page."""
        values = {**self.args, **changes}
        values.setdefault("page", None)
        if "page" not in changes:
            values["page"] = None
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        return url_for(self.endpoint, **self.path, **kept)

    def page_href(self, number: int) -> str:
        return self.href(page=number if number > 1 else None)

    def sort_href(self, name: str) -> str:
        """Sorted by this column; by it already, the other way round."""
        turned = self.sort == name and not self.descending
        return self.href(sort=name, way="down" if turned else "up")

    def sorted_by(self, name: str) -> str:
        """`ascending` or `descending` for the column sorted by, else nothing."""
        if self.sort != name:
            return ""
        return "descending" if self.descending else "ascending"

    def pages(self, count: int, *, has_more: bool = False) -> int:
        """How many pages there are, as far as they were counted."""
        counted = max(1, -(-count // PAGE_SIZE))
        return max(counted, self.page + 1) if has_more else max(counted, self.page)

    def position(self, shown: int, count: int, *, is_capped: bool = False) -> str:
        """Which rows these are: `51 to 100 of 2,000+`."""
        if not shown:
            return _("Nothing to show")
        first, last = self.offset + 1, self.offset + shown
        most = f"{count:,}+" if is_capped else f"{count:,}"
        return _("%(first)s to %(last)s of %(most)s", first=first, last=last, most=most)


def listing(
    endpoint: str,
    names: tuple[str, ...],
    *,
    sort: str,
    sorts: tuple[str, ...],
    descending: bool = True,
    **path: Any,
) -> Listing:
    """The list that the request's address asks for. Names and columns not listed are ignored."""
    wanted = request.args.get("sort", "")
    way = request.args.get("way", "")
    args = {
        name: request.args[name].strip()
        for name in (*names, "sort", "way")
        if request.args.get(name, "").strip()
    }
    is_known = wanted in sorts
    return Listing(
        endpoint=endpoint,
        args=args,
        sort=wanted if is_known else sort,
        descending=way != "up" if way else (descending if not is_known else False),
        page=_page(),
        path=path,
    )


def number_arg(name: str) -> int | None:
    """A whole number of the address; None without one. Refused for anything else."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused(_("Choose one of the list."), field=name)
    return int(text)


def _page() -> int:
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit():
        return 1
    return min(max(1, int(text[:7])), LAST_PAGE)
