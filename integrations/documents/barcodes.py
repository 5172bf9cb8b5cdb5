"""Barcodes as SVG, embedded in pages as `data:` images."""

from __future__ import annotations

import base64
from typing import Any

from models.fulfilment import is_sscc
from models.kernel.errors import Refused


def sscc_barcode(sscc: str) -> str:
    """The GS1-128 symbol of an SSCC, `(00)` and its 18 digits, as a `data:` address.

    Refused for a code whose check digit is wrong: several barcode writers would print it.
    """
    if not is_sscc(sscc):
        raise Refused(f"{sscc} is not an SSCC: 18 digits with a right check digit.")
    return _gs1_128(f"[00]{sscc}")


def _gs1_128(data: str) -> str:
    from zint import InputMode, OutputOptions, Symbol, Symbology

    symbol = Symbol()
    symbol.symbology = Symbology.GS1_128
    symbol.input_mode = InputMode.GS1
    symbol.show_text = False
    symbol.output_options = OutputOptions.BARCODE_QUIET_ZONES
    symbol.encode(data)
    symbol.buffer_vector()
    drawn = _drawn(symbol.vector).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()


def _drawn(vector: Any) -> str:
    """The bars as one path, stretched to whatever height the page gives them."""
    bars = "".join(
        f"M{bar.x:g} 0h{bar.width:g}v{vector.height:g}h-{bar.width:g}z" for bar in vector.rectangles
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {vector.width:g} {vector.height:g}"'
        f' preserveAspectRatio="none"><path d="{bars}"/></svg>'
    )
