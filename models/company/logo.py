"""The company's logo: a PNG, JPEG or SVG, made anew from what is harmless in it, and kept."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.kernel import activity
from models.kernel.errors import Refused
from models.kernel.files import FileStore, StoredFile
from models.kernel.pictures import redrawn
from models.kernel.seller import Seller, first_seller

KIND = "logo"
MOST_BYTES = 2 * 1024 * 1024
LONGEST_SIDE = 800
MOST_ELEMENTS = 2000
SVG, PNG = "image/svg+xml", "image/png"
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset(
    """svg g path rect circle ellipse line polyline polygon defs title desc clipPath mask
    linearGradient radialGradient stop text tspan symbol use""".split()  # noqa: SIM905
)
ATTRIBUTES = frozenset(
    """viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points fill stroke stroke-width
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray fill-rule clip-rule
    opacity fill-opacity stroke-opacity transform id offset stop-color stop-opacity
    gradientUnits gradientTransform spreadMethod fx fy clip-path mask maskUnits clipPathUnits
    preserveAspectRatio font-family font-size font-weight text-anchor letter-spacing dx dy
    version href""".split()  # noqa: SIM905
)
HARMFUL = frozenset(
    """script foreignObject iframe embed object audio video animate set
    image""".split()  # noqa: SIM905
)
INSIDE = re.compile(r"(?:url\(\s*['\"]?#[\w.-]+['\"]?\s*\))?")


def change_logo(
    session: Session, files: FileStore, content: bytes, file_name: str, *, by: Actor
) -> StoredFile:
    """Puts a new logo on pages and documents.

    A picture is decoded and encoded anew, so that nothing but its pixels stays; of a drawing only
    shapes, texts and gradients do. Refused for anything else, for scripts or references out of
    the file, and for more than 2 MB or 25 million pixels.
    """
    seller = first_seller(session)
    clean, media_type = cleaned(content)
    suffix = "svg" if media_type == SVG else "png"
    stored = files.put(
        session, clean, kind=KIND, owner=seller, media_type=media_type, file_name=f"logo.{suffix}"
    )
    before = seller.logo_file_id
    seller.logo_file_id = stored.id
    activity.record(
        session, "company.changed", by=by, subject=seller, part="look", file=file_name[:120],
        before={"logo": before}, after={"logo": stored.id},
    )  # fmt: skip
    return stored


def remove_logo(session: Session, *, by: Actor) -> Seller:
    """The name alone stands on pages and documents again."""
    seller = first_seller(session)
    if seller.logo_file_id is not None:
        activity.record(
            session, "company.changed", by=by, subject=seller, part="look",
            before={"logo": seller.logo_file_id}, after={"logo": None},
        )  # fmt: skip
        seller.logo_file_id = None
    return seller


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The picture made anew, and its media type. Refused as `change_logo` says."""
    if not content:
        raise Refused("Choose a picture first.", field="logo")
    if len(content) > MOST_BYTES:
        raise Refused("The picture is larger than 2 MB. Make it smaller.", field="logo")
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        clean = redrawn(
            content, ("PNG", "JPEG"), longest_side=LONGEST_SIDE, save_as="PNG", field="logo"
        )
        return clean, PNG
    if b"<svg" in content[:4096] or content.lstrip()[:5] == b"<?xml":
        return _copied(content), SVG
    raise Refused("The logo must be a PNG, a JPEG or an SVG.", field="logo")


def _copied(content: bytes) -> bytes:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("The SVG declares entities. Save it as a plain SVG.", field="logo")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314, neither DOCTYPE nor entities
    except (ElementTree.ParseError, ValueError):
        raise Refused("The SVG is damaged: it cannot be opened.", field="logo") from None
    if _local(root.tag) != "svg":
        raise Refused("The file is no SVG drawing.", field="logo")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise Refused("The SVG has more than 2,000 parts. Simplify it.", field="logo")
    ElementTree.register_namespace("", SVG_NAMESPACE)
    copy = _copy(root)
    drawn: bytes = ElementTree.tostring(copy, encoding="utf-8")
    return drawn


def _copy(source: ElementTree.Element) -> ElementTree.Element:
    copy = ElementTree.Element(f"{{{SVG_NAMESPACE}}}{_local(source.tag)}")
    for name, value in source.attrib.items():
        _keep_attribute(copy, _local(name), value)
    copy.text, copy.tail = source.text, source.tail
    for child in source:
        name = _local(child.tag)
        if name in HARMFUL:
            raise Refused(
                f"The SVG holds a “{name}” element. A logo may hold only shapes and texts.",
                field="logo",
            )
        if name in ELEMENTS:
            copy.append(_copy(child))
    return copy


def _keep_attribute(copy: ElementTree.Element, name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise Refused(f"The SVG runs a script by “{name}”. Save it without.", field="logo")
    if name == "style":
        for declaration in value.split(";"):
            key, _, its = declaration.partition(":")
            if key.strip() in ATTRIBUTES - {"href", "id", "d"}:
                _keep_attribute(copy, key.strip(), its.strip())
        return
    if name not in ATTRIBUTES:
        return
    refers = "url(" in value.lower() or name == "href"
    if refers and not (value.startswith("#") or INSIDE.fullmatch(value.strip())):
        raise Refused("The SVG refers to something outside the file. Embed it.", field="logo")
    copy.set(name, value)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
