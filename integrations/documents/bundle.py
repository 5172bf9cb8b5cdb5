"""Many papers as one PDF, each on sheets of its own and numbered for itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from integrations.documents.papers import Documents
from integrations.documents.pdf import render_together
from models.fulfilment import PickList, PrintedPaper, Shipment
from models.orders import Order


def bundle(documents: Documents, session: Session, papers: Sequence[PrintedPaper]) -> bytes:
    """These papers in this order; one that was printed before says that it is a copy."""
    pages = [_page(documents, session, paper) for paper in papers]
    return render_together(pages, sheet="paper.css")


def _page(documents: Documents, session: Session, paper: PrintedPaper) -> str:
    is_copy = bool(paper.copy)
    if paper.kind == "pick_list":
        pick_list = session.get_one(PickList, paper.subject_id)
        return documents.pick_list_page(session, pick_list, is_copy=is_copy)
    if paper.kind == "delivery_note":
        shipment = session.get_one(Shipment, paper.subject_id)
        return documents.delivery_note_page(session, shipment, is_copy=is_copy)
    order = session.get_one(Order, paper.subject_id)
    return documents.acknowledgement_page(session, order, is_copy=is_copy)
