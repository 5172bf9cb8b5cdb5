"""A small app around the kit: the component sheet and the frames, under a strict policy."""

from pathlib import Path

from flask import Flask, Response, g

from web import assets, keeping, shell, styleguide

ROOT = Path(__file__).parent.parent.parent
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'"
)


def kit_app(data_dir: Path) -> Flask:
    app = Flask("kit", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(DATA_DIR=str(data_dir), SECRET_KEY="not a secret", TESTING=True)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(csrf_token=lambda: "token", csp_nonce=lambda: "n0nce")
    assets.install(app)
    shell.install(app)
    keeping.install(app)
    for address, view in (styleguide.pages() | styleguide.fragments()).items():
        app.add_url_rule(address, view.__name__, view)

    @app.after_request
    def secured(response: Response) -> Response:
        g.setdefault("nonce", "n0nce")
        response.headers["Content-Security-Policy"] = POLICY.format(nonce=g.nonce)
        return response

    return app
