"""People and accounts: who buys, who may do what, who looks after whom."""

from models.accounts.account import (
    Account,
    AccountApplication,
    AccountGroup,
    AccountRep,
    AccountTag,
    Address,
    Contact,
    DocumentRecipient,
    Note,
    PaymentTerms,
)
from models.accounts.actor import Actor, visible_accounts
from models.accounts.permissions import (
    BUYER_ROLES,
    ROLES,
    BuyerRole,
    Capability,
    Permission,
    Role,
    permissions_of,
)
from models.accounts.user import (
    Membership,
    OneTimeToken,
    RecoveryCode,
    SignInSession,
    StaffRole,
    Throttle,
    User,
)

__all__ = [
    "BUYER_ROLES",
    "ROLES",
    "Account",
    "AccountApplication",
    "AccountGroup",
    "AccountRep",
    "AccountTag",
    "Actor",
    "Address",
    "BuyerRole",
    "Capability",
    "Contact",
    "DocumentRecipient",
    "Membership",
    "Note",
    "OneTimeToken",
    "PaymentTerms",
    "Permission",
    "RecoveryCode",
    "Role",
    "SignInSession",
    "StaffRole",
    "Throttle",
    "User",
    "permissions_of",
    "visible_accounts",
]
