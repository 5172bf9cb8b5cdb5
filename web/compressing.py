"""Pages are sent compressed: here where nothing stands in front, else by the proxy.

What is secret in a page cannot be guessed from its compressed length: the form token is signed anew
with the time, and cookies are not sent along from other sites.
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
        COMPRESS_MIMETYPES=["text/html", "text/csv", "application/json", "image/svg+xml"],
    )
    Compress(app)
