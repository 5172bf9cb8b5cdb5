"""The tax rules of a country: what a product's tax category means for a kind of customer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Id, Rate

TREATMENTS = ("domestic", "reverse_charge", "export", "exempt")


class TaxRule(Base):
    """The tax on one category for one treatment, from `valid_from` until a later rule replaces it.

    There is no end date, so that rules can neither overlap nor leave a gap. `rate` is a
    percentage; `vat_category` is the code of EN 16931 (UNCL 5305), whose rules BR-S-5 to BR-O-10
    the constraints repeat: only S bears tax, and E, AE, G and O say why they do not.
    """

    __tablename__ = "tax_rule"
    __table_args__ = (
        CheckConstraint(
            "tax_category IN ('standard', 'reduced', 'zero', 'exempt')", name="tax_category"
        ),
        CheckConstraint(
            "treatment IN ('domestic', 'reverse_charge', 'export', 'exempt')", name="treatment"
        ),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("CASE vat_category WHEN 'S' THEN rate > 0 ELSE rate = 0 END", name="rate"),
        CheckConstraint("vat_category IN ('S', 'Z', 'E', 'AE', 'G', 'O')", name="vat_category"),
        CheckConstraint(
            "vat_category IN ('S', 'Z') = (exemption_reason = '')", name="exemption_reason"
        ),
        UniqueConstraint("country", "treatment", "tax_category", "valid_from"),
    )

    id: Mapped[Id]
    country: Mapped[str]
    treatment: Mapped[str]
    tax_category: Mapped[str]
    rate: Mapped[Rate]
    vat_category: Mapped[str]
    exemption_reason: Mapped[str] = mapped_column(server_default="", default="")
    exemption_code: Mapped[str] = mapped_column(server_default="", default="")
    """The reason's code in the VATEX list, empty where none fits."""
    valid_from: Mapped[date]
