"""What a person may do. Buyers hold capabilities per account, staff hold permissions by role."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """What a membership allows a buyer to do for one account."""

    BROWSE = "browse"
    SEE_PRICES = "see_prices"
    PLACE_ORDERS = "place_orders"
    APPROVE_ORDERS = "approve_orders"
    MANAGE_LISTS = "manage_lists"
    SEE_ALL_ORDERS = "see_all_orders"
    SEE_INVOICES = "see_invoices"
    PAY_INVOICES = "pay_invoices"
    MANAGE_USERS = "manage_users"
    MANAGE_ADDRESSES = "manage_addresses"


class BuyerRole(StrEnum):
    """Ready-made sets of capabilities."""

    BUYER = "buyer"
    APPROVER = "approver"
    ACCOUNTS_PAYABLE = "accounts_payable"
    COMPANY_ADMIN = "company_admin"


_SHOPPING = frozenset(
    {Capability.BROWSE, Capability.SEE_PRICES, Capability.PLACE_ORDERS, Capability.MANAGE_LISTS}
)

BUYER_ROLES: dict[BuyerRole, frozenset[Capability]] = {
    BuyerRole.BUYER: _SHOPPING,
    BuyerRole.APPROVER: _SHOPPING | {Capability.APPROVE_ORDERS, Capability.SEE_ALL_ORDERS},
    BuyerRole.ACCOUNTS_PAYABLE: frozenset(
        {
            Capability.BROWSE,
            Capability.SEE_PRICES,
            Capability.SEE_ALL_ORDERS,
            Capability.SEE_INVOICES,
            Capability.PAY_INVOICES,
        }
    ),
    BuyerRole.COMPANY_ADMIN: frozenset(Capability),
}


class Permission(StrEnum):
    """What a staff role allows. A route names exactly one."""

    OFFICE_VIEW = "office.view"
    ACCOUNTS_VIEW = "accounts.view"
    ACCOUNTS_EDIT = "accounts.edit"
    ACCOUNTS_APPROVE = "accounts.approve"
    CREDIT_CHANGE = "credit.change"
    ACT_FOR = "accounts.act_for"
    SEE_ALL_ACCOUNTS = "accounts.see_all"
    PRODUCTS_VIEW = "products.view"
    PRODUCTS_EDIT = "products.edit"
    PRICES_VIEW = "prices.view"
    PRICES_EDIT = "prices.edit"
    PRICE_OVERRIDE = "prices.override"
    PRICE_BELOW_FLOOR = "prices.below_floor"
    COSTS_SEE = "costs.see"
    ORDERS_VIEW = "orders.view"
    ORDERS_EDIT = "orders.edit"
    ORDERS_CANCEL = "orders.cancel"
    ORDERS_TAKE = "orders.take"
    ORDERS_OVERRIDE = "orders.override"
    ORDERS_SPECIAL = "orders.special"
    ORDERS_SAMPLE = "orders.sample"
    HOLDS_RELEASE = "holds.release"
    RETURNS_DECIDE = "returns.decide"
    PICK = "warehouse.pick"
    SHIP = "warehouse.ship"
    STOCK_VIEW = "stock.view"
    STOCK_ADJUST = "stock.adjust"
    PURCHASING_VIEW = "purchasing.view"
    PURCHASING_EDIT = "purchasing.edit"
    RECEIVE = "purchasing.receive"
    INVOICES_VIEW = "invoices.view"
    INVOICES_ISSUE = "invoices.issue"
    CREDIT_ON_ACCOUNT = "invoices.credit_on_account"
    PAYMENTS_VIEW = "payments.view"
    PAYMENTS_RECORD = "payments.record"
    REFUND = "payments.refund"
    LEDGER_VIEW = "ledger.view"
    DAY_CLOSE = "day.close"
    COUNTER_SELL = "counter.sell"
    USERS_MANAGE = "users.manage"
    SETTINGS_MANAGE = "settings.manage"
    AUDIT_VIEW = "audit.view"


class Role(StrEnum):
    """Staff roles. One person may hold several; their permissions add up."""

    CUSTOMER_SERVICE = "customer_service"
    SALES_REP = "sales_rep"
    SALES_MANAGER = "sales_manager"
    WAREHOUSE = "warehouse"
    PURCHASING = "purchasing"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


_LOOK = frozenset(
    {
        Permission.OFFICE_VIEW,
        Permission.ACCOUNTS_VIEW,
        Permission.PRODUCTS_VIEW,
        Permission.ORDERS_VIEW,
        Permission.STOCK_VIEW,
    }
)

ROLES: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER_SERVICE: _LOOK
    | {
        Permission.SEE_ALL_ACCOUNTS,
        Permission.ACCOUNTS_EDIT,
        Permission.ACT_FOR,
        Permission.PRICES_VIEW,
        Permission.PRICE_OVERRIDE,
        Permission.ORDERS_EDIT,
        Permission.ORDERS_CANCEL,
        Permission.ORDERS_TAKE,
        Permission.ORDERS_OVERRIDE,
        Permission.ORDERS_SPECIAL,
        Permission.ORDERS_SAMPLE,
        Permission.RETURNS_DECIDE,
        Permission.INVOICES_VIEW,
        Permission.PURCHASING_VIEW,
        Permission.DAY_CLOSE,
        Permission.COUNTER_SELL,
    },
    Role.SALES_REP: frozenset(
        {
            Permission.ACCOUNTS_VIEW,
            Permission.ACT_FOR,
            Permission.PRODUCTS_VIEW,
            Permission.PRICES_VIEW,
            Permission.PRICE_OVERRIDE,
            Permission.INVOICES_VIEW,
        }
    ),
    Role.SALES_MANAGER: _LOOK
    | {
        Permission.SEE_ALL_ACCOUNTS,
        Permission.ACCOUNTS_EDIT,
        Permission.ACCOUNTS_APPROVE,
        Permission.ACT_FOR,
        Permission.PRICES_VIEW,
        Permission.PRICES_EDIT,
        Permission.PRICE_OVERRIDE,
        Permission.PRICE_BELOW_FLOOR,
        Permission.COSTS_SEE,
        Permission.ORDERS_EDIT,
        Permission.ORDERS_TAKE,
        Permission.ORDERS_OVERRIDE,
        Permission.ORDERS_SPECIAL,
        Permission.ORDERS_SAMPLE,
        Permission.HOLDS_RELEASE,
        Permission.RETURNS_DECIDE,
        Permission.INVOICES_VIEW,
        Permission.DAY_CLOSE,
        Permission.COUNTER_SELL,
    },
    Role.WAREHOUSE: frozenset(
        {
            Permission.OFFICE_VIEW,
            Permission.ORDERS_VIEW,
            Permission.SEE_ALL_ACCOUNTS,
            Permission.PRODUCTS_VIEW,
            Permission.PICK,
            Permission.SHIP,
            Permission.STOCK_VIEW,
            Permission.STOCK_ADJUST,
            Permission.RECEIVE,
            Permission.PURCHASING_VIEW,
        }
    ),
    Role.PURCHASING: _LOOK
    | {
        Permission.SEE_ALL_ACCOUNTS,
        Permission.PRODUCTS_EDIT,
        Permission.COSTS_SEE,
        Permission.PURCHASING_VIEW,
        Permission.PURCHASING_EDIT,
        Permission.RECEIVE,
        Permission.STOCK_ADJUST,
    },
    Role.FINANCE: _LOOK
    | {
        Permission.SEE_ALL_ACCOUNTS,
        Permission.ACCOUNTS_EDIT,
        Permission.ACCOUNTS_APPROVE,
        Permission.CREDIT_CHANGE,
        Permission.PRICES_VIEW,
        Permission.COSTS_SEE,
        Permission.HOLDS_RELEASE,
        Permission.INVOICES_VIEW,
        Permission.INVOICES_ISSUE,
        Permission.CREDIT_ON_ACCOUNT,
        Permission.PAYMENTS_VIEW,
        Permission.PAYMENTS_RECORD,
        Permission.REFUND,
        Permission.LEDGER_VIEW,
        Permission.AUDIT_VIEW,
        Permission.DAY_CLOSE,
    },
    Role.ADMINISTRATOR: frozenset(Permission),
}


def permissions_of(roles: set[Role]) -> frozenset[Permission]:
    """The sum of what these roles allow."""
    return frozenset().union(*(ROLES[role] for role in roles)) if roles else frozenset()
