"""The category tree. `path` is the slugs from the root, `garden/hand-tools`."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Id


class Category(Base):
    """A shelf of the catalogue. Its path is unique and names it in addresses."""

    __tablename__ = "category"

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="", default="")
    position: Mapped[int] = mapped_column(server_default="0", default=0)
