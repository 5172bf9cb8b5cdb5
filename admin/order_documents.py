"""The papers of orders as PDFs: acknowledgement, pick list, delivery note, labels."""

from __future__ import annotations

from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.order import find
from admin.printing import documents, label_pdf, pro_forma_pdf
from models.accounts import Permission
from models.fulfilment import Carton, Label, PickList, Shipment, is_printed
from models.kernel.errors import NotFound
from models.orders import Order
from models.receivables import latest_pro_forma
from web.access import Pages, staff, staff_with_any
from web.downloads import pdf
from web.transactions import session

pages = Pages("office_documents", __name__, url_prefix="/admin")
LOOKING = staff_with_any(Permission.ORDERS_VIEW, Permission.PICK)


@pages.get("/orders/<number>/acknowledgement.pdf", access=staff(Permission.ORDERS_VIEW))
def acknowledgement(number: str) -> Response:
    """The order as we understood it."""
    order = find(number)
    is_copy = is_printed(session(), "acknowledgement", order.id, order.revision)
    return pdf(documents().acknowledgement(session(), order, is_copy=is_copy), f"{number}.pdf")


@pages.get("/orders/<number>/pro-forma.pdf", access=staff(Permission.ORDERS_VIEW))
def pro_forma(number: str) -> Response:
    """What is asked for before the order goes out."""
    asked = latest_pro_forma(session(), find(number).id)
    if asked is None:
        raise NotFound("Nothing was asked for in advance for this order.")
    return pro_forma_pdf(asked)


@pages.get("/pick-lists/<number>.pdf", access=LOOKING)
def pick_list(number: str) -> Response:
    """What to take from which bin."""
    found = session().scalars(select(PickList).where(PickList.number == number)).first()
    if found is None:
        raise NotFound("There is no such pick list.")
    _require_visible(found.order_id)
    is_copy = is_printed(session(), "pick_list", found.id)
    return pdf(documents().pick_list(session(), found, is_copy=is_copy), f"{number}.pdf")


@pages.get("/shipments/<number>/delivery-note.pdf", access=LOOKING)
def delivery_note(number: str) -> Response:
    """What is in the delivery, and what follows."""
    found = session().scalars(select(Shipment).where(Shipment.number == number)).first()
    if found is None:
        raise NotFound("There is no such shipment.")
    _require_visible(found.order_id)
    is_copy = is_printed(session(), "delivery_note", found.id)
    return pdf(documents().delivery_note(session(), found, is_copy=is_copy), f"{number}.pdf")


@pages.get("/cartons/<int:carton_id>/label.pdf", access=LOOKING)
def label(carton_id: int) -> Response:
    """A parcel's 4x6 inch label."""
    carton = session().get(Carton, carton_id)  # in scope: its order is checked below
    if carton is None:
        raise NotFound("There is no such parcel.")
    shipment = session().get_one(Shipment, carton.shipment_id)
    _require_visible(shipment.order_id)
    live = session().scalars(
        select(Label).where(Label.carton_id == carton.id, Label.state.in_(("intent", "bought")))
    )
    return label_pdf(carton, live.first())


def _require_visible(order_id: int) -> None:
    find(session().get_one(Order, order_id).number)  # in scope: find() decides
