"""The kinds of files that can be imported, in the order in which a new company brings them."""

from __future__ import annotations

from models.importing.archives import read_archive
from models.importing.kind import Kind
from models.importing.kinds.accounts import Accounts
from models.importing.kinds.addresses import Addresses
from models.importing.kinds.barcodes import Barcodes
from models.importing.kinds.contacts import Contacts
from models.importing.kinds.opening_items import OpeningItems
from models.importing.kinds.part_numbers import PartNumbers
from models.importing.kinds.past_sales import PastSales
from models.importing.kinds.pictures import Pictures
from models.importing.kinds.prices import Prices
from models.importing.kinds.products import Products
from models.importing.kinds.purchase_orders import PurchaseOrders
from models.importing.kinds.sales_orders import SalesOrders
from models.importing.kinds.stock import StockLevels
from models.importing.kinds.users import Users
from models.importing.kinds.vendors import Vendors
from models.kernel.errors import NotFound
from models.kernel.spreadsheet import Sheet, read_sheet

KINDS: tuple[Kind, ...] = (
    Products(),
    Barcodes(),
    Pictures(),
    Accounts(),
    Addresses(),
    Contacts(),
    Prices(),
    StockLevels(),
    PartNumbers(),
    Vendors(),
    Users(),
    OpeningItems(),
    PurchaseOrders(),
    SalesOrders(),
    PastSales(),
)
ARCHIVES = frozenset({Pictures.name})
"""Kinds whose file is a zip: its rows are the files in it, and there are no columns to settle."""
OF_SEVERAL_ROWS = frozenset({PurchaseOrders.name, SalesOrders.name, PastSales.name})
"""Kinds that have documents of several rows: such a document comes in whole or not at all, so no
row of the file can be left out."""
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """The kind of this name. NotFound for any other."""
    if name not in _BY_NAME:
        raise NotFound("There is no such kind of import.")
    return _BY_NAME[name]


def read_file(kind_name: str, content: bytes, file_name: str, *, most_rows: int) -> Sheet:
    """The rows of a file of that kind. Refused as `read_sheet` and `read_archive` do."""
    if kind_name in ARCHIVES:
        return read_archive(content, file_name)
    return read_sheet(content, file_name, most_rows=most_rows)
