"""Where a `next=` may lead: only to a page of this program."""

from __future__ import annotations

import re

from flask import request

LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")
LONGEST = 500


def here() -> str:
    """The path and query of this request, to come back to."""
    return request.full_path.rstrip("?")


def safe_next(address: str | None, otherwise: str = "/") -> str:
    """`address` if it is a path of this program, else `otherwise`.

    Anything that a browser could read as another host (`//evil`, `/\\evil`, `https:evil`, line
    breaks, `javascript:`) is not.
    """
    if address and len(address) <= LONGEST and LOCAL.fullmatch(address):
        return address
    return otherwise
