"""The documents of an order as PDFs. An invoice and a label are made once and kept.

The others show how things stand and are made when asked for. Amounts, dates and words are
written for the account's locale.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from integrations.documents.barcodes import sscc_barcode
from integrations.documents.delivery import delivered_lines
from integrations.documents.pdf import render_pdf, render_together
from integrations.documents.writing import write
from models.accounts import Account, PaymentTerms, billing_address, notes_of_kind
from models.catalog import notes_at_lines
from models.fulfilment import (
    Carton,
    Label,
    Manifest,
    PickLine,
    PickList,
    Shipment,
    how_heavy,
    manifest_rows,
)
from models.inventory import Warehouse
from models.kernel.errors import NotFound
from models.kernel.files import FileStore, StoredFile
from models.kernel.money import line_amount, round_amount
from models.kernel.seller import Seller
from models.orders import Order, OrderAmendment, OrderCharge, OrderLine
from models.purchasing import purchase_head, purchase_lines
from models.receivables import Invoice, ProForma, Statement, paid_before, seller_facts
from web.i18n import DEFAULT, locale_of_country
from web.statuses import statement_words

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Documents:
    """Makes documents, and keeps in `files` those that must never change."""

    files: FileStore

    def invoice(self, session: Session, invoice: Invoice) -> StoredFile:
        """The invoice's PDF as it was first made; made and stored now if it never was."""
        return self._once(
            session, invoice, lambda: self.invoice_content(session, invoice),
            kind="invoice.pdf", name=invoice.number, account_id=invoice.account_id,
        )  # fmt: skip

    def invoice_content(self, session: Session, invoice: Invoice) -> bytes:
        """The bytes of an invoice or credit note, from what is kept on it."""
        loaded = session.scalars(
            select(Invoice)
            .where(Invoice.id == invoice.id)
            .options(
                selectinload(Invoice.lines),
                selectinload(Invoice.charges),
                selectinload(Invoice.taxes),
            )
            .execution_options(populate_existing=True)
        ).one()
        account = session.get_one(Account, invoice.bill_to_account_id)
        corrects = session.get(Invoice, loaded.corrects_id) if loaded.corrects_id else None
        paid = paid_before(session, loaded)
        html = write(
            "documents/invoice.html",
            account.locale,
            invoice=loaded,
            seller=loaded.seller_facts | self._look(session, loaded.seller_id),
            corrects=corrects,
            paid_before=paid,
            discounted=_discounted(loaded, paid),
            title=loaded.number,
        )
        return render_pdf(html, sheet="paper.css")

    def delivery_note(
        self, session: Session, shipment: Shipment, *, is_copy: bool = False
    ) -> bytes:
        """What was ordered, what is in this delivery, what is to follow and when."""
        page = self.delivery_note_page(session, shipment, is_copy=is_copy)
        return render_pdf(page, sheet="paper.css")

    def delivery_note_page(
        self, session: Session, shipment: Shipment, *, is_copy: bool = False
    ) -> str:
        """A delivery note before it is rendered; a collection note where the goods are fetched."""
        order = session.get_one(Order, shipment.order_id)
        account = session.get_one(Account, order.account_id)
        lines = delivered_lines(session, shipment, _order_lines(session, order), order.currency)
        return write(
            "documents/delivery_note.html",
            account.locale,
            is_copy=is_copy,
            title=shipment.number,
            shipment=shipment,
            order=order,
            seller=self.seller_shown(session, order.seller_id),
            lines=lines,
            has_prices=account.delivery_note_prices,
            cartons=_cartons(session, shipment),
            notes=_notes(session, "delivery", order),
            told=notes_at_lines(session, "delivery", [row.line.product_id for row in lines]),
        )

    def manifest(self, session: Session, manifest: Manifest) -> bytes:
        """The parcels that were handed over together, with room for the driver's signature."""
        html = write(
            "documents/manifest.html",
            own_locale(session, manifest.seller_id),
            title=manifest.number,
            manifest=manifest,
            seller=self.seller_shown(session, manifest.seller_id),
            warehouse=session.get_one(Warehouse, manifest.warehouse_id),
            rows=manifest_rows(session, manifest.id),
        )
        return render_pdf(html, sheet="paper.css")

    def pick_list(self, session: Session, pick_list: PickList, *, is_copy: bool = False) -> bytes:
        """What to take from which bin, in walking order."""
        page = self.pick_list_page(session, pick_list, is_copy=is_copy)
        return render_pdf(page, sheet="paper.css")

    def pick_list_page(
        self, session: Session, pick_list: PickList, *, is_copy: bool = False
    ) -> str:
        """A pick list before it is rendered."""
        order = session.get_one(Order, pick_list.order_id)
        rows = session.execute(
            select(
                PickLine, OrderLine.sku, OrderLine.name, OrderLine.unit, OrderLine.product_id
            )
            .join(OrderLine, OrderLine.id == PickLine.order_line_id)
            .where(PickLine.pick_list_id == pick_list.id)
            .order_by(PickLine.position)
        ).all()  # fmt: skip
        return write(
            "documents/pick_list.html",
            own_locale(session, order.seller_id),
            is_copy=is_copy,
            title=pick_list.number,
            pick_list=pick_list,
            order=order,
            seller=self.seller_shown(session, order.seller_id),
            warehouse=session.get_one(Warehouse, pick_list.warehouse_id),
            rows=rows,
            notes=_notes(session, "picking", order),
            told=notes_at_lines(session, "picking", [row.product_id for row in rows]),
        )

    def acknowledgement(self, session: Session, order: Order, *, is_copy: bool = False) -> bytes:
        """The order as we understood it, with the dates it is promised for."""
        page = self.acknowledgement_page(session, order, is_copy=is_copy)
        return render_pdf(page, sheet="paper.css")

    def acknowledgement_page(self, session: Session, order: Order, *, is_copy: bool = False) -> str:
        """An acknowledgement before it is rendered."""
        account = session.get_one(Account, order.account_id)
        return write(
            "documents/acknowledgement.html",
            account.locale,
            is_copy=is_copy,
            title=order.number,
            order=order,
            seller=self.seller_shown(session, order.seller_id),
            lines=_order_lines(session, order),
            charges=_order_charges(session, order),
            terms=_terms(session, order, account),
        )

    def statement(
        self, session: Session, seller: Seller, account: Account, statement: Statement
    ) -> bytes:
        """A statement of account, in the account's language."""
        shown = self.seller_shown(session, seller.id)
        return render_pdf(_statement_page(session, shown, account, statement), sheet="paper.css")

    def statements(
        self, session: Session, seller: Seller, drawn: Sequence[tuple[Account, Statement]]
    ) -> bytes:
        """Several statements as one PDF, each beginning on a new sheet."""
        shown = self.seller_shown(session, seller.id)
        pages = [_statement_page(session, shown, *each) for each in drawn]
        return render_together(pages, sheet="paper.css")

    def pro_forma(self, session: Session, pro_forma: ProForma) -> StoredFile:
        """What is asked for before the order goes out; made once and kept."""
        order = session.get_one(Order, pro_forma.order_id)
        return self._once(
            session, pro_forma, lambda: self.pro_forma_content(session, pro_forma),
            kind="pro_forma.pdf", name=pro_forma.number, account_id=order.account_id,
        )  # fmt: skip

    def pro_forma_content(self, session: Session, pro_forma: ProForma) -> bytes:
        """The bytes of a pro-forma, from the order as it stands."""
        order = session.get_one(Order, pro_forma.order_id)
        html = write(
            "documents/pro_forma.html",
            session.get_one(Account, order.account_id).locale,
            title=pro_forma.number,
            pro_forma=pro_forma,
            order=order,
            seller=self.seller_shown(session, order.seller_id),
            lines=_order_lines(session, order),
            charges=_order_charges(session, order),
        )
        return render_pdf(html, sheet="paper.css")

    def purchase_order(self, session: Session, purchase_order_id: int) -> bytes:
        """What we order of a vendor, at which cost, where to and for when."""
        head = purchase_head(session, purchase_order_id)
        seller = session.get_one(Seller, head.seller_id)
        warehouse = session.get_one(Warehouse, head.warehouse_id)
        lines = [row for row in purchase_lines(session, purchase_order_id) if not row.cancelled]
        html = write(
            "documents/purchase_order.html",
            vendor_locale(session, seller.id, head.vendor_address),
            title=head.number,
            head=head,
            lines=[
                (row, line_amount(row.unit_cost, row.ordered, 1, head.currency)) for row in lines
            ],
            seller=self.seller_shown(session, seller.id),
            deliver_to={**warehouse.address, "company": f"{seller.trading_name}, {warehouse.name}"},
            vendor={"company": head.vendor, **head.vendor_address},
        )
        return render_pdf(html, sheet="paper.css")

    def revised_acknowledgement(
        self, session: Session, order: Order, made: OrderAmendment
    ) -> StoredFile:
        """The acknowledgement after a change, kept as it was mailed."""
        return self.files.put(
            session,
            self.acknowledgement(session, order),
            kind="acknowledgement.pdf",
            owner=made,
            media_type=PDF,
            file_name=f"{order.number}-{made.revision}.pdf",
            account_id=order.account_id,
        )

    def label(self, session: Session, label: Label) -> StoredFile:
        """The 4x6 inch label of a carton, made once and kept."""
        carton = session.get_one(Carton, label.carton_id)
        return self._once(
            session, label, lambda: self.label_content(session, carton), kind="label.pdf",
            name=f"label-{carton.sscc}",
        )  # fmt: skip

    def label_content(self, session: Session, carton: Carton) -> bytes:
        """Ship-from, ship-to, parcel n of m, PO number and the SSCC as GS1-128."""
        return render_pdf(self._label_page(session, carton), sheet="label.css")

    def labels_content(self, session: Session, shipment: Shipment) -> bytes:
        """The labels of all parcels of a shipment as one PDF."""
        pages = [self._label_page(session, carton) for carton in _cartons(session, shipment)]
        return render_together(pages, sheet="label.css")

    def _once(
        self,
        session: Session,
        owner: Invoice | ProForma | Label,
        make: Callable[[], bytes],
        *,
        kind: str,
        name: str,
        account_id: int | None = None,
    ) -> StoredFile:
        """The record's paper as it was first made; made and stored now if it never was."""
        if owner.document_file_id is not None:
            return session.get_one(StoredFile, owner.document_file_id)
        stored = self.files.put(
            session, make(), kind=kind, owner=owner, media_type=PDF, file_name=f"{name}.pdf",
            account_id=account_id,
        )  # fmt: skip
        owner.document_file_id = stored.id
        session.flush()
        return stored

    def _label_page(self, session: Session, carton: Carton) -> str:
        shipment = session.get_one(Shipment, carton.shipment_id)
        order = session.get_one(Order, shipment.order_id)
        return write(
            "documents/label.html",
            own_locale(session, order.seller_id),
            title=carton.sscc,
            carton=carton,
            parcels=len(_cartons(session, shipment)),
            shipment=shipment,
            order=order,
            seller=self.seller_shown(session, order.seller_id),
            barcode=sscc_barcode(carton.sscc),
            weight=carton.weight_grams,
            heavy=how_heavy(session, carton),
        )

    def seller_shown(self, session: Session, seller_id: int) -> dict[str, str]:
        """What a paper says of the seller, with its logo and colour."""
        seller = session.get_one(Seller, seller_id)
        others = {"terms_text": seller.terms_text, "time_zone": seller.time_zone}
        return seller_facts(seller) | others | self._look(session, seller_id)

    def _look(self, session: Session, seller_id: int) -> dict[str, str]:
        """The seller's logo, inside the document, and its colour."""
        seller = session.get_one(Seller, seller_id)
        logo = ""
        if seller.logo_file_id is not None:
            stored = session.get_one(StoredFile, seller.logo_file_id)
            with self.files.open(stored) as file:
                encoded = b64encode(file.read()).decode()
            logo = f"data:{stored.media_type};base64,{encoded}"
        return {"logo": logo, "colour": seller.brand_colour}


def own_locale(session: Session, seller_id: int) -> str:
    """In which language the papers of our own house are: that of the seller's country."""
    return locale_of_country(session.get_one(Seller, seller_id).country) or DEFAULT


def vendor_locale(session: Session, seller_id: int, address: Mapping[str, Any]) -> str:
    """A purchase order speaks the language of the vendor's country where we have it, else ours."""
    theirs = locale_of_country(str(address.get("country") or ""))
    return theirs or own_locale(session, seller_id)


def label_of(session: Session, carton_id: int) -> Label:
    """The live label of a carton. NotFound where there is none."""
    label = session.scalars(
        select(Label).where(Label.carton_id == carton_id, Label.state.in_(("intent", "bought")))
    ).first()
    if label is None:
        raise NotFound("This parcel has no label.")
    return label


def _statement_page(
    session: Session, seller: dict[str, str], account: Account, statement: Statement
) -> str:
    return write(
        "documents/statement.html",
        account.locale,
        title=account.number,
        seller=seller,
        account=account,
        address=billing_address(session, account),
        statement=statement,
        words=statement_words,
    )


def _discounted(invoice: Invoice, paid: Decimal) -> Decimal:
    """What is to pay of an invoice within the days of its discount."""
    left = (invoice.total_amount - paid) * (100 - invoice.discount_percent) / 100
    return round_amount(left, invoice.currency)


def _terms(session: Session, order: Order, account: Account) -> str:
    """How the order is to be paid: by card, or under the terms that its invoices will have."""
    if order.payment_means == "card":
        return "Card with order"
    return session.get_one(PaymentTerms, order.terms_id or account.terms_id).name


def _order_lines(session: Session, order: Order) -> Sequence[OrderLine]:
    return session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    ).all()


def _order_charges(session: Session, order: Order) -> Sequence[OrderCharge]:
    return session.scalars(
        select(OrderCharge).where(OrderCharge.order_id == order.id).order_by(OrderCharge.id)
    ).all()


def _cartons(session: Session, shipment: Shipment) -> Sequence[Carton]:
    return session.scalars(
        select(Carton).where(Carton.shipment_id == shipment.id).order_by(Carton.position)
    ).all()


def _notes(session: Session, kind: str, order: Order) -> Sequence[str]:
    return notes_of_kind(session, kind, order.account_id, order.ship_to_address_id, order.id)
