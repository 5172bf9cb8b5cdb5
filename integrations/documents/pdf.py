"""HTML to PDF, with nothing fetched: only `data:` addresses are followed.

The locked fetcher is given to the document and to every style sheet, because a style sheet
without one would still follow its own `@import` (WeasyPrint 70).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[2]
FONTS = TOP / "static" / "fonts"
SHEETS = TOP / "templates" / "documents"
RANGES = {
    "atkinson-next-latin.woff2": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA,"
    " U+02DC, U+2000-206F, U+20AC, U+2122, U+2212",
    "atkinson-next-latin-ext.woff2": "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+1E00-1E9F,"
    " U+20A0-20AB, U+20AD-20C0, U+2C60-2C7F, U+A720-A7FF",
}


PRACTICE = """
body::before { content: "Practice / Übung"; position: fixed; top: 40%; left: 0; right: 0;
  z-index: 9;  text-align: center; font-size: 42pt; font-weight: 700; color: #c2410c; opacity: .22;
  transform: rotate(-24deg); }
"""
_stamps: list[str] = []


def stamp_practice() -> None:
    """From now on every document of this process says across the page that it is for practice."""
    _stamps[:] = [PRACTICE]


def _styles(sheet: str, fonts: Any, fetcher: Any) -> list[Any]:
    from weasyprint import CSS

    texts = [_font_faces(), (SHEETS / sheet).read_text(), *_stamps]
    return [CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in texts]


def render_pdf(html: str, *, sheet: str, variant: str | None = None) -> bytes:
    """The PDF of a page styled by `templates/documents/<sheet>`.

    `variant` asks for an archival kind such as `pdf/a-3b`. A page that refers to anything but
    `data:` addresses is rendered without it.
    """
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    fetcher = _locked_fetcher()
    styles = _styles(sheet, fonts, fetcher)
    page = HTML(string=html, url_fetcher=fetcher)
    options: dict[str, Any] = {"pdf_variant": variant} if variant else {}
    content: bytes = page.write_pdf(stylesheets=styles, font_config=fonts, **options)
    return content


def render_together(pages: Sequence[str], *, sheet: str) -> bytes:
    """Several documents as one PDF, each on sheets of its own, as `render_pdf` would print it."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    fetcher = _locked_fetcher()
    styles = _styles(sheet, fonts, fetcher)
    papers = [
        HTML(string=html, url_fetcher=fetcher).render(stylesheets=styles, font_config=fonts)
        for html in pages
    ]
    sheets = [sheet_of for paper in papers for sheet_of in paper.pages]
    content: bytes = papers[0].copy(sheets).write_pdf()
    return content


def _locked_fetcher() -> Any:
    from weasyprint import URLFetcher

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


@cache
def _font_faces() -> str:
    return "\n".join(
        "@font-face { font-family: Atkinson; "
        f"unicode-range: {characters}; "
        f"src: url(data:font/woff2;base64,{_encoded(FONTS / name)}) format('woff2'); }}"
        for name, characters in RANGES.items()
    )


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
