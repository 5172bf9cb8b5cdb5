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
from models.accounts.actor import ACTING_CAPABILITIES, Actor, visible_accounts
from models.accounts.permissions import (
    BUYER_ROLES,
    ROLES,
    BuyerRole,
    Capability,
    Permission,
    Role,
    permissions_of,
)
from models.accounts.signing_in import Browser, Opened, sign_in, sign_out
from models.accounts.user import (
    Membership,
    OneTimeToken,
    RecoveryCode,
    SignInSession,
    StaffRole,
    Throttle,
    User,
)
from models.accounts.visit import SECOND_FACTOR_FOR_STAFF, Visit, find_visit

__all__ = [
    "ACTING_CAPABILITIES",
    "BUYER_ROLES",
    "ROLES",
    "SECOND_FACTOR_FOR_STAFF",
    "Account",
    "AccountApplication",
    "AccountGroup",
    "AccountRep",
    "AccountTag",
    "Actor",
    "Address",
    "Browser",
    "BuyerRole",
    "Capability",
    "Contact",
    "DocumentRecipient",
    "Membership",
    "Note",
    "OneTimeToken",
    "Opened",
    "PaymentTerms",
    "Permission",
    "RecoveryCode",
    "Role",
    "SignInSession",
    "StaffRole",
    "Throttle",
    "User",
    "Visit",
    "find_visit",
    "permissions_of",
    "sign_in",
    "sign_out",
    "visible_accounts",
]
