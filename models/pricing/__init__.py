"""Prices, what an account may see and order, charges and tax."""

from models.pricing.assortment import is_visible, visible_products
from models.pricing.carriage_zone import CarriageZone
from models.pricing.charges import (
    CarriageGround,
    Charges,
    Destination,
    OrderValuePolicy,
    charges_for,
    zone_of,
)
from models.pricing.context import (
    Ask,
    ListTerms,
    Price,
    PricingContext,
    QuantityRules,
)
from models.pricing.editing import (
    EntryRow,
    activate,
    copy_list,
    create_list,
    end_price,
    search_entries,
    set_price,
)
from models.pricing.explaining import Candidate, Derivation, Explanation, Verdict, explain
from models.pricing.exporting import export_csv, export_xlsx
from models.pricing.importing import ImportResult, ImportRow, Outcome, import_prices
from models.pricing.price_entry import PriceEntry, QuantityRule
from models.pricing.price_list import (
    LIST_KINDS,
    LIST_STATUSES,
    AssortmentEntry,
    PriceList,
    PriceListAssignment,
    PriceListRule,
)
from models.pricing.quantity_rules import QuantityFault, QuantityProblem, check, smallest
from models.pricing.resolving import candidate_lists, next_break, resolve
from models.pricing.spreadsheet import Sheet, read_sheet
from models.pricing.tax import (
    Tax,
    TaxBreakdown,
    TaxedAmount,
    TaxSubtotal,
    tax_breakdown,
    tax_for,
)
from models.pricing.tax_rule import TAX_CATEGORIES, TREATMENTS, TaxRule
from models.pricing.tax_tables import seed_tax_rules

__all__ = [
    "LIST_KINDS",
    "LIST_STATUSES",
    "TAX_CATEGORIES",
    "TREATMENTS",
    "Ask",
    "AssortmentEntry",
    "Candidate",
    "CarriageGround",
    "CarriageZone",
    "Charges",
    "Derivation",
    "Destination",
    "EntryRow",
    "Explanation",
    "ImportResult",
    "ImportRow",
    "ListTerms",
    "OrderValuePolicy",
    "Outcome",
    "Price",
    "PriceEntry",
    "PriceList",
    "PriceListAssignment",
    "PriceListRule",
    "PricingContext",
    "QuantityFault",
    "QuantityProblem",
    "QuantityRule",
    "QuantityRules",
    "Sheet",
    "Tax",
    "TaxBreakdown",
    "TaxRule",
    "TaxSubtotal",
    "TaxedAmount",
    "Verdict",
    "activate",
    "candidate_lists",
    "charges_for",
    "check",
    "copy_list",
    "create_list",
    "end_price",
    "explain",
    "export_csv",
    "export_xlsx",
    "import_prices",
    "is_visible",
    "next_break",
    "read_sheet",
    "resolve",
    "search_entries",
    "seed_tax_rules",
    "set_price",
    "smallest",
    "tax_breakdown",
    "tax_for",
    "visible_products",
    "zone_of",
]
