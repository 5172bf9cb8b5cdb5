"""Prices, what an account may see and order, charges and tax."""

from models.kernel.spreadsheet import Sheet, read_sheet
from models.pricing.assigning import (
    Grant,
    assign_to_account,
    assign_to_group,
    change_assignment,
    end_assignment,
)
from models.pricing.assortment import IS_SOLD, IS_VISIBLE, seen_by
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
    Gathered,
    ListTerms,
    Price,
    PricingContext,
    QuantityRules,
)
from models.pricing.editing import (
    activate,
    change_price,
    copy_list,
    create_list,
    end_price,
    find_list,
    set_price,
)
from models.pricing.explaining import (
    Candidate,
    Derivation,
    Explanation,
    Verdict,
    explain,
    standing_of,
)
from models.pricing.exporting import export_csv, export_xlsx
from models.pricing.fixing import derive_again, fix_product
from models.pricing.gathering import gather
from models.pricing.importing import ImportResult, ImportRow, Outcome, import_prices
from models.pricing.listing import ListedProduct, listed_products
from models.pricing.order_terms import OrderTerms, order_terms
from models.pricing.previewing import Preview, affected_accounts, preview_activation
from models.pricing.price_entry import PriceEntry, QuantityRule
from models.pricing.price_list import (
    LIST_KINDS,
    LIST_STATUSES,
    AssortmentEntry,
    PriceList,
    PriceListAssignment,
    PriceListRule,
)
from models.pricing.putting import NewPrice, end_prices, prices_in_force, put_prices
from models.pricing.quantity_rules import QuantityFault, QuantityProblem, check, smallest
from models.pricing.queries import (
    LIST_STATES,
    ListFilter,
    assortment_of,
    assortment_size,
    changes_of,
    count_price_lists,
    derived_lists,
    holders_of,
    list_currencies,
    list_options,
    price_lists,
    quantity_rules_of,
    rules_of,
    state_of,
)
from models.pricing.ranging import agree_quantities, hide_product, show_products
from models.pricing.resolving import candidate_lists, next_break, prices_from, resolve
from models.pricing.revising import Rule, Terms, remove_rule, revise_terms, set_rule
from models.pricing.searching import EntryRow, search_entries
from models.pricing.tax import (
    Tax,
    TaxBreakdown,
    TaxedAmount,
    TaxSubtotal,
    tax_breakdown,
    tax_for,
)
from models.pricing.tax_rule import TREATMENTS, TaxRule
from models.pricing.tax_tables import knows_tax_rates, seed_tax_rules, tax_rules_of

__all__ = [
    "IS_SOLD",
    "IS_VISIBLE",
    "LIST_KINDS",
    "LIST_STATES",
    "LIST_STATUSES",
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
    "Gathered",
    "Grant",
    "ImportResult",
    "ImportRow",
    "ListFilter",
    "ListTerms",
    "ListedProduct",
    "NewPrice",
    "OrderTerms",
    "OrderValuePolicy",
    "Outcome",
    "Preview",
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
    "Rule",
    "Sheet",
    "Tax",
    "TaxBreakdown",
    "TaxRule",
    "TaxSubtotal",
    "TaxedAmount",
    "Terms",
    "Verdict",
    "activate",
    "affected_accounts",
    "agree_quantities",
    "assign_to_account",
    "assign_to_group",
    "assortment_of",
    "assortment_size",
    "candidate_lists",
    "change_assignment",
    "change_price",
    "changes_of",
    "charges_for",
    "check",
    "copy_list",
    "count_price_lists",
    "create_list",
    "derive_again",
    "derived_lists",
    "end_assignment",
    "end_price",
    "end_prices",
    "explain",
    "export_csv",
    "export_xlsx",
    "find_list",
    "fix_product",
    "gather",
    "hide_product",
    "holders_of",
    "import_prices",
    "knows_tax_rates",
    "list_currencies",
    "list_options",
    "listed_products",
    "next_break",
    "order_terms",
    "preview_activation",
    "price_lists",
    "prices_from",
    "prices_in_force",
    "put_prices",
    "quantity_rules_of",
    "read_sheet",
    "remove_rule",
    "resolve",
    "revise_terms",
    "rules_of",
    "search_entries",
    "seed_tax_rules",
    "seen_by",
    "set_price",
    "set_rule",
    "show_products",
    "smallest",
    "standing_of",
    "state_of",
    "tax_breakdown",
    "tax_for",
    "tax_rules_of",
    "zone_of",
]
