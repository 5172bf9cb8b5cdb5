"""Pages are sent compressed: here where nothing stands in front, else by the proxy.

The form token in a page cannot be guessed from compressed lengths: its signature, which only we can
make, changes with the time.
"""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

from config import Settings

SMALLEST = 1024
"""Bytes below which compressing saves no packet."""


def install(app: Flask, settings: Settings) -> None:
    """Compresses texts for browsers that take it, unless a proxy does (`PROXY_HOPS`)."""
    if settings.proxy_hops:
        return
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=3,
        COMPRESS_LEVEL=4,
        COMPRESS_MIN_SIZE=SMALLEST,
        COMPRESS_STREAMS=False,
        COMPRESS_MIMETYPES=["text/html", "text/csv", "application/json", "image/svg+xml"],
    )
    Compress(app)
