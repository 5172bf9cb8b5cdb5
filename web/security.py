"""Response headers, the content security policy, cookies, hosts, proxies and body sizes."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request, session
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings

KIB = 1024
BODY_LIMIT = 1024 * KIB
UPLOAD_LIMIT = 10 * 1024 * KIB
IMPORT_LIMIT = 25 * 1024 * KIB
MOST_FORM_PARTS = 200
UPLOADS = {
    "quick_order.upload": UPLOAD_LIMIT,
    "price_imports.upload": IMPORT_LIMIT,
    "company_look.upload": UPLOAD_LIMIT,
    "imports.upload": IMPORT_LIMIT,
}
"""Endpoints that take files, by name: their form is read before the view can raise the limit."""
REPORTS = "/csp-report"
"""Where browsers say what the content security policy kept from happening."""

HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        'camera=(self), microphone=(), geolocation=(), payment=(self "https://js.stripe.com")'
    ),
}


def install(app: Flask, settings: Settings) -> None:
    """Sets the limits and cookies, and puts the headers on every answer."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        SESSION_COOKIE_NAME=_cookie_name(settings),
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.is_https,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
        BASE_URL=settings.base_url,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.extensions["sends_hsts"] = settings.is_https
    app.before_request(_accept_known_uploads)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add_headers)


def _cookie_name(settings: Settings) -> str:
    """A practice copy on another port of the same host has a cookie of its own."""
    name = "practice-sid" if settings.practice else "sid"
    return f"__Host-{name}" if settings.is_https else name


def headers_of(app: Flask) -> dict[str, str]:
    """The headers of every answer, static files too; HSTS only where the program is on https."""
    if app.extensions.get("sends_hsts"):
        return HEADERS
    return {name: value for name, value in HEADERS.items() if name != "Strict-Transport-Security"}


def csp_nonce() -> str:
    """This answer's nonce, for the rare script that is not a file: `<script nonce=...>`."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _accept_known_uploads() -> None:
    limit = UPLOADS.get(request.endpoint or "")
    if limit is not None:
        accept_uploads(limit)


def accept_uploads(limit: int = UPLOAD_LIMIT) -> None:
    """Raises this request's body limit; call it before the form is read."""
    request.max_content_length = limit


def allow_form_to(*hosts: str) -> None:
    """Lets this page's forms lead to other hosts, such as `https://checkout.stripe.com`."""
    g.form_hosts = [*g.get("form_hosts", []), *hosts]


def hide_address() -> None:
    """For pages whose address is a secret (a token): no other page learns it."""
    g.referrer_policy = "no-referrer"


def content_security_policy() -> str:
    """The policy of this answer: its own files and nonced scripts, nothing else."""
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{csp_nonce()}'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "'none'",
        "form-action": " ".join(["'self'", *g.get("form_hosts", [])]),
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "report-uri": REPORTS,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _is_signed_in() -> bool:
    """Whether the browser brought a session, on pages that do not ask whose, too."""
    return "_user_id" in session


def _add_headers(response: Response) -> Response:
    for name, value in headers_of(current_app).items():
        response.headers.setdefault(name, value)
    if "referrer_policy" in g:
        response.headers["Referrer-Policy"] = g.referrer_policy
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", content_security_policy())
    if g.get("actor") is not None or (response.mimetype == "text/html" and _is_signed_in()):
        response.headers["Cache-Control"] = "no-store"
    return response
