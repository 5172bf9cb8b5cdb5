"""Where a changed order goes, by when, and by which terms: as it is, or as somebody wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.accounts import Account, Address
from models.checkout.change import HeadWish
from models.checkout.proposing import in_serving_order, place_for
from models.checkout.summing import CHARGE_TAX_CATEGORY
from models.inventory import Calendar, calendars_of
from models.kernel import clock
from models.kernel.errors import Refused
from models.kernel.seller import Seller
from models.orders import Order
from models.pricing import Destination, OrderTerms, Tax, order_terms


@dataclass(frozen=True, slots=True)
class ChangePlace:
    """`ship_to` is set only where it becomes another one. `ships_from` is the first day on which
    what is added or moved may ship."""

    order: Order
    seller_id: int
    ship_to: Address | None
    destination: Destination
    takes_on: str
    warehouse_ids: tuple[int, ...]
    calendar: Calendar
    today: date
    ships_from: date
    terms: OrderTerms
    moves_place: bool
    moves_dates: bool

    @classmethod
    def of(cls, session: Session, order: Order, head: HeadWish | None) -> ChangePlace:
        """The place of the order with these wishes. NotFound for another account's address,
        Refused for one that is not in use any more."""
        seller = session.get_one(Seller, order.seller_id)
        account = session.get_one(Account, order.account_id)
        wanted = head.ship_to_id if head else None
        ship_to = None
        if wanted is not None and wanted != order.ship_to_address_id:
            ship_to = place_for(session, seller, account, wanted).ship_to
            if ship_to is not None and ship_to.id != wanted:
                raise Refused(
                    "That address was changed meanwhile. Choose where it goes.", field="ship_to_id"
                )
        was = _address_of(session, order)
        served = calendars_of(session, seller.id)
        home = ship_to.home_warehouse_id if ship_to else order.warehouse_id
        ids = in_serving_order(served, home)
        requested_on = head.requested_on if head else order.requested_on
        freight = head.freight_choice if head else order.freight_choice
        calendar = served[ids[0]]
        earliest = calendar.ship_date(clock.now())
        if requested_on is not None:
            earliest = calendar.ship_date_for(requested_on, earliest)
        moves_place = ship_to is not None or freight != order.freight_choice
        place = ship_to or was
        return cls(
            order=order,
            seller_id=seller.id,
            ship_to=ship_to,
            destination=_destination(order, place, is_new=ship_to is not None, freight=freight),
            takes_on=place.delivery_weekdays if place else "12345",
            warehouse_ids=ids,
            calendar=calendar,
            today=clock.today(calendar.time_zone),
            ships_from=earliest,
            terms=order_terms(session, account.id, seller.country, clock.today(seller.time_zone)),
            moves_place=moves_place,
            moves_dates=requested_on != order.requested_on or ids[0] != order.warehouse_id,
        )

    def tax_on(self, category: str) -> Tax:
        """Today's tax on goods of this category for this account."""
        return self.terms.taxes_on({category, CHARGE_TAX_CATEGORY})[category]


def _address_of(session: Session, order: Order) -> Address | None:
    """The record that the order's address was copied from, replaced since or not."""
    return session.get(Address, order.ship_to_address_id) if order.ship_to_address_id else None


def _destination(order: Order, place: Address | None, *, is_new: bool, freight: str) -> Destination:
    if freight == "collection":
        return Destination(is_collected=True)
    zone = place.zone_code if place else ""
    if is_new and place is not None:
        return Destination(place.country, place.postcode, zone)
    return Destination(order.ship_to.get("country", ""), order.ship_to.get("postcode", ""), zone)
