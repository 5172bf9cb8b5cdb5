"""Two companies with everything that a company can have here, each text marked with its owner.

`Estate.values` answers what a route's parameter may be for one company: `orders/number` is the
`<number>` that follows `/orders/`. A new kind of parameter is added there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.accounts import (
    AccountApplication,
    Actor,
    User,
)
from models.catalog import Category, Product, ProductImage, refresh
from models.checkout import CartLine
from models.fulfilment import close_manifest, loads_waiting
from models.importing import (
    KINDS,
    ImportMapping,
    begin,
    kind_named,
    look,
    mapping_from,
    settle_columns,
)
from models.kernel import clock
from models.kernel.files import FileStore
from models.kernel.outbox import defer
from models.pricing import CarriageZone
from models.purchasing import (
    Vendor,
    VendorProduct,
    Wanted,
    raise_purchase_order,
    send_purchase_order,
)
from models.receivables import export_for_bookkeeping
from tests.factories.catalog import make_category
from tests.proof.company import Company, Values
from tests.proof.furnishing import furnish
from tests.world import World, make_world

UNKNOWN_ID = 999_999_999
UNKNOWN_NUMBER = "X-99999"


@dataclass
class Estate:
    """The wholesaler with both companies. `shared` are parameters that belong to neither."""

    world: World
    own: Company
    foreign: Company
    shared: Values
    bin_code: str

    def fill_acting_pad(self) -> None:
        """Rita's own pad for the own company: the prices that she may change stand on it."""
        session, rita = self.world.session, self.world.rita
        actor = Actor(
            id=rita.id, name=rita.name, is_staff=True, permissions=rita.permissions,
            account_id=self.own.account.id,
        )  # fmt: skip
        shelf = session.get_one(Product, self.shared["products/product_id"][0])
        cart = self.world.fill_cart(self.own.account, actor, {shelf: 2})
        lines = session.query(CartLine).filter(CartLine.cart_id == cart.id)
        self.own.values["pricing/line_id"] = [row.id for row in lines]

    def values(self, company: Company, key: str) -> list[Any]:
        """What the parameter may be; KeyError with a sentence where nobody has said."""
        found = company.values.get(key) or self.shared.get(key)
        if not found:
            raise KeyError(
                f"No value is known for the route parameter “{key}”. Add it to the values of a "
                "company, or to the shared ones, in tests/proof/estate.py."
            )
        return found

    def is_of_a_company(self, key: str) -> bool:
        return key in self.own.values


def build(session: Session, files: FileStore) -> Estate:
    """Both companies, with two or more of everything that the program keeps for a company."""
    world = make_world(session)
    garden = make_category(session, "garden", name="Garden")
    shelf = [
        world.product(f"SHARED-{n}", price="10.00", stock=1000, category_id=garden.id)
        for n in range(3)
    ]
    own = Company(world.acme, "QZVALPHA")
    foreign = Company(world.globex, "QZVOMEGA")
    for company, admin in ((own, "alice"), (foreign, "charlie")):
        furnish(world, company, session.get_one(User, world.actors[admin].id), shelf, garden, files)
        if company is own:  # what the other company has is left for the next file
            export = export_for_bookkeeping(session, files, world.seller, by=world.nora)
            load = loads_waiting(session)[0]
            driven = close_manifest(
                session, world.seller, load.warehouse_id, load.service, by=world.sam
            )
    bob = session.get_one(User, world.bob.id)
    own.people["buyer"] = bob
    bob.name = own.marked("bob")
    _photograph(world, shelf[0], files)
    shared = _shared(world, shelf, garden, files, export.id)
    shared["manifest/manifest_id"] = [driven.id]
    refresh(session, [row.id for row in session.query(Product).all()])
    session.commit()
    return Estate(world, own, foreign, shared, f"A-{shelf[0].id}")


def _shared(
    world: World, shelf: list[Product], garden: Category, files: FileStore, export_id: int
) -> Values:
    """What belongs to the wholesaler, or to nobody yet."""
    session = world.session
    applicants = [
        AccountApplication(company=f"Applicant {n}", contact="Ann", email=f"ann{n}@example.com",
                           line1="1 Lane", city="Leeds", postcode="LS1 1AA")
        for n in range(2)
    ]  # fmt: skip
    session.add_all(applicants)
    session.flush()
    purchases = _purchases(world, shelf)
    task_id = defer(session, "invoice.render", invoice_id=UNKNOWN_ID)
    for status in ("doing", "failed"):
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status)"
                " WHERE id = :id"
            ),
            {"s": status, "id": task_id},
        )
    # A worker that goes on for as long as the walk takes: without one, /health/ready is a 503.
    session.execute(
        text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 day')")
    )
    return {
        "applications/application_id": [row.id for row in applicants],
        "products/product_id": [row.id for row in shelf],
        "stock/product_id": [row.id for row in shelf],
        "purchase-orders/purchase_order_id": purchases,
        "vendors/vendor_id": [row[0] for row in session.query(Vendor.id).all()],
        "supplies/supply_id": list(session.scalars(select(VendorProduct.id))),
        "tasks/task_id": [task_id],
        "c/category": [garden.path],
        "p/slug": [row.slug for row in shelf],
        "pictures/digest": [shelf[0].image],
        "pictures/image_id": list(session.scalars(select(ProductImage.id))),
        "logo/digest": [_logo(world, files)],
        "colour/colour": ["0a5c36"],
        "warehouses/warehouse_id": [world.warehouse.id],
        "terms/terms_id": [world.acme.terms_id],
        "mail-texts/kind": ["shipped"],
        "mail-texts/language": ["de"],
        "kinds/kind": [kind.name for kind in KINDS],
        "imports/run_id": [_import(world, files)],
        "settled/mapping_id": list(session.scalars(select(ImportMapping.id))),
        "bookkeeping/export_id": [export_id],
        "zones/zone_id": [row[0] for row in session.query(CarriageZone.id).all()],
    }


def _photograph(world: World, product: Product, files: FileStore) -> None:
    stored = files.put(
        world.session, b"<svg xmlns='http://www.w3.org/2000/svg'/>", kind="product.picture",
        owner=product, media_type="image/svg+xml", file_name="shared.svg",
    )  # fmt: skip
    product.image = stored.sha256
    world.session.add(
        ProductImage(
            product_id=product.id, position=1, sha256=product.image, media_type="image/svg+xml"
        )
    )
    world.session.flush()


def _import(world: World, files: FileStore) -> int:
    kind = kind_named("products")
    run = begin(world.session, files, kind, b"sku,name\nP-1,One\n", "p.csv", by=world.ada)
    settle_columns(world.session, files, run, mapping_from(run.mapping))
    look(world.session, files, run, by=world.ada, progress=lambda _done, _of: None)
    return run.id


def _logo(world: World, files: FileStore) -> str:
    stored = files.put(
        world.session, b"<svg xmlns='http://www.w3.org/2000/svg'/>", kind="logo",
        owner=world.seller, media_type="image/svg+xml", file_name="logo.svg",
    )  # fmt: skip
    world.seller.logo_file_id = stored.id
    return stored.sha256


def _purchases(world: World, shelf: list[Product]) -> list[int]:
    """A draft and one that was sent."""
    vendor = Vendor(code="V1", name="Vendor")
    world.session.add(vendor)
    world.session.flush()
    world.session.add(
        VendorProduct(vendor_id=vendor.id, product_id=shelf[0].id, unit_cost=Decimal(2))
    )
    made = []
    for is_sent in (False, True):
        order = raise_purchase_order(
            world.session, seller_id=world.seller.id, vendor=vendor,
            warehouse_id=world.warehouse.id, wanted=[Wanted(shelf[0].id, Decimal(5), Decimal(4))],
            expected_on=clock.today("Europe/London") + timedelta(days=10),
            submission_key=f"estate-{len(made)}", by=world.pat,
        )  # fmt: skip
        if is_sent:
            send_purchase_order(world.session, order.id, by=world.pat)
        made.append(order.id)
    return made
