"""The cast: a wholesaler, Acme (alice administers, bob buys), Globex (charlie, the stranger), and
the staff: rita the rep, mia the sales manager, olu at the order desk, sam in the warehouse, pat in
purchasing, nora in accounting, ada the administrator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import (
    BUYER_ROLES,
    Account,
    AccountGroup,
    AccountRep,
    Actor,
    Address,
    BuyerRole,
    Membership,
    PaymentTerms,
    Role,
    StaffRole,
    User,
    permissions_of,
)
from models.catalog import Product
from models.checkout import (
    Cart,
    Submission,
    cart_lines,
    current_cart,
    place_for,
    place_order,
    pricing_context,
    propose,
    set_quantity,
)
from models.company import found_company, open_warehouse
from models.inventory import Bin, Cause, Incoming, Warehouse, receive
from models.kernel.seller import Seller
from models.orders import Order
from models.pricing import CarriageZone, PriceEntry, PriceList
from tests.factories.kernel import make_seller

LONG_AGO = date(2020, 1, 1)


@dataclass
class World:
    """Everything a story needs; actors by name."""

    session: Session
    seller: Seller
    warehouse: Warehouse
    acme: Account
    globex: Account
    base: PriceList
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    def product(
        self, sku: str, *, price: str = "10.00", stock: int = 100, cost: str = "4.00",
        **facts: object,
    ) -> Product:  # fmt: skip
        """A product with a base price and stock in a bin of its own."""
        product = Product(
            sku=sku, sku_plain=sku.replace("-", "").upper(), slug=sku.lower(),
            name=f"Product {sku}", cost=Decimal(cost), weight_grams=250, **facts,
        )  # fmt: skip
        self.session.add(product)
        self.session.flush()
        self.session.add(
            PriceEntry(
                list_id=self.base.id,
                product_id=product.id,
                min_quantity=Decimal(1),
                unit_price=Decimal(price),
                valid_from=LONG_AGO,
            )
        )
        place = Bin(
            warehouse_id=self.warehouse.id, code=f"A-{product.id}", walking_order=product.id
        )
        self.session.add(place)
        self.session.flush()
        if stock:
            receive(
                self.session,
                [Incoming(product.id, Decimal(stock), Decimal(cost), place.id)],
                warehouse_id=self.warehouse.id,
                cause=Cause("opening", None),
            )
        return product

    def fill_cart(self, account: Account, by: Actor, wanted: dict[Product, int]) -> Cart:
        """The actor's current cart with these quantities on it."""
        cart = current_cart(self.session, account, by)
        place = place_for(self.session, self.seller, account, cart.ship_to_id)
        for product, quantity in wanted.items():
            set_quantity(
                self.session, cart, product, Decimal(quantity),
                context=pricing_context(account, self.seller),
                warehouse_ids=place.warehouse_ids, by=by,
            )  # fmt: skip
        return cart

    def total_of(self, cart: Cart) -> Decimal:
        """What the cart would cost now, as its owner would see it."""
        account = self.session.get_one(Account, cart.account_id)
        place = place_for(self.session, self.seller, account, cart.ship_to_id)
        return propose(self.session, cart, place, lines=cart_lines(self.session, cart)).total

    def order(
        self, account: Account, by: Actor, wanted: dict[Product, int], **choices: str
    ) -> Order:
        """A placed order of these quantities."""
        cart = self.fill_cart(account, by, wanted)
        submission = Submission(
            key=choices.pop("key", f"form-{cart.id}"), shown_total=self.total_of(cart), **choices
        )
        return place_order(self.session, cart.id, account.id, submission, by=by)


def make_world(session: Session) -> World:
    """The wholesaler with one warehouse, a base price list, two accounts and all the cast."""
    seller = make_seller(session, vat_number="GB123456782", iban="GB33BUKB20201555555555")
    found_company(session, seller)
    warehouse = open_warehouse(
        session, seller, code="HUL", name="Hull", position=1,
        address={"company": "Northgate", "line1": "1 Dock Road", "city": "Hull", "country": "GB"},
    )  # fmt: skip
    base = PriceList(
        code="BASE", name="Base prices", currency="GBP", kind="base", status="active",
        valid_from=LONG_AGO,
    )  # fmt: skip
    session.add(base)
    session.add(
        CarriageZone(
            code="UK",
            name="United Kingdom",
            countries=["GB"],
            flat_charge=Decimal("8.50"),
            free_over=Decimal(250),
            currency="GBP",
        )
    )
    acme = _account(session, "C0001", "Acme Gifts", credit_limit=5000)
    globex = _account(session, "C0002", "Globex Garden Centres", credit_limit=5000)
    world = World(session, seller, warehouse, acme, globex, base)
    _hire(world)
    session.flush()
    return world


def _account(session: Session, number: str, name: str, *, credit_limit: int) -> Account:
    group = session.scalars(select(AccountGroup).where(AccountGroup.code == "TRADE")).one()
    terms = session.scalars(select(PaymentTerms).where(PaymentTerms.code == "NET30")).one()
    account = Account(
        number=number, name=name, group_id=group.id, terms_id=terms.id,
        credit_limit=Decimal(credit_limit),
    )  # fmt: skip
    session.add(account)
    session.flush()
    session.add(
        Address(
            account_id=account.id,
            code="MAIN",
            company=name,
            line1="12 High Street",
            city="York",
            postcode="YO1 7HH",
            is_ship_to=True,
            is_bill_to=True,
            is_default=True,
        )
    )
    session.flush()
    return account


STAFF = {
    "rita": Role.SALES_REP,
    "mia": Role.SALES_MANAGER,
    "olu": Role.CUSTOMER_SERVICE,
    "sam": Role.WAREHOUSE,
    "pat": Role.PURCHASING,
    "nora": Role.FINANCE,
    "ada": Role.ADMINISTRATOR,
}


def _hire(world: World) -> None:
    for name, role in STAFF.items():
        user = _user(world.session, name, "staff")
        world.session.add(StaffRole(user_id=user.id, user_kind="staff", role=role))
        world.actors[name] = Actor(
            id=user.id, name=name, is_staff=True, permissions=permissions_of({role})
        )
    for name, account, role in (
        ("alice", world.acme, BuyerRole.COMPANY_ADMIN),
        ("bob", world.acme, BuyerRole.BUYER),
        ("charlie", world.globex, BuyerRole.COMPANY_ADMIN),
    ):
        user = _user(world.session, name, "buyer")
        world.session.add(Membership(user_id=user.id, account_id=account.id, role=role))
        world.actors[name] = Actor(
            id=user.id, name=name, is_staff=False, capabilities=BUYER_ROLES[role],
            account_id=account.id,
        )  # fmt: skip
    world.session.add(
        AccountRep(account_id=world.acme.id, user_id=world.rita.id, valid_from=LONG_AGO)
    )


def _user(session: Session, name: str, kind: str) -> User:
    user = User(kind=kind, email=f"{name}@example.com", name=name.capitalize())
    session.add(user)
    session.flush()
    return user
