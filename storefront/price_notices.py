"""What the account was told of prices to come: the notices it was sent, each as it was sent."""

from __future__ import annotations

from typing import Any

from flask import Response, send_file, url_for

from models.accounts import Capability
from models.kernel.files import StoredFile
from models.pricing import notice_to, notices_of
from storefront.frame import shop_page
from storefront.papers import documents
from storefront.shopping import buying_account, current_shopper
from web.access import Pages, buyer
from web.i18n import _, ngettext
from web.presenting import day
from web.transactions import session

pages = Pages("own_price_notices", __name__, url_prefix="/price-notices")
MOST_SHOWN = 50
FORMATS = {"mail": "XLSX", "post": "PDF"}


@pages.get("", access=buyer(Capability.SEE_PRICES))
def page() -> Any:
    """The latest fifty, those of prices still to come apart."""
    today = current_shopper().today
    rows = notices_of(session(), buying_account().id, most=MOST_SHOWN)
    return shop_page(
        "storefront/price_notices.html",
        coming=[_item(row) for row in rows if row.starts_on > today],
        past=[_item(row) for row in rows if row.starts_on <= today],
    )


@pages.get("/<int:told_id>", access=buyer(Capability.SEE_PRICES))
def as_sent(told_id: int) -> Response:
    """The file that they were sent."""
    told = notice_to(session(), told_id, buying_account().id)
    stored = session().get_one(StoredFile, told.document_file_id)  # in scope: their notice's
    return send_file(
        documents().files.open(stored), stored.media_type,
        as_attachment=True, download_name=stored.file_name,
    )  # fmt: skip


def _item(row: Any) -> dict[str, str]:
    count = ngettext("%(num)s product", "%(num)s products", row.products)
    return {
        "label": _("Prices from %(day)s", day=day(row.starts_on)),
        "href": url_for("own_price_notices.as_sent", told_id=row.id),
        "note": f"{count}, {FORMATS[row.means]}",
        "icon": "badge-percent",
    }
