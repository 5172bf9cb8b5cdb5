import gzip
import hashlib
import re
import shutil
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from tests.web.kit import ROOT, kit_app
from web import assets


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return kit_app(tmp_path_factory.mktemp("data"))


def address(app: Flask, name: str) -> str:
    return str(app.jinja_env.globals["asset"](name))  # type: ignore[operator]


def test_the_address_of_a_file_carries_a_digest_and_is_kept_for_ever(app: Flask) -> None:
    response = app.test_client().get(address(app, "css/app.css"))

    assert response.status_code == 200
    assert response.mimetype == "text/css"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_browsers_that_take_brotli_get_brotli(app: Flask) -> None:
    response = app.test_client().get(
        address(app, "css/app.css"), headers={"Accept-Encoding": "gzip, br"}
    )

    assert response.headers["Content-Encoding"] == "br"


def test_a_file_that_is_not_there_is_named(app: Flask) -> None:
    with pytest.raises(assets.UnknownAsset, match=r"css/lost\.css"):
        address(app, "css/lost.css")


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    copy = tmp_path / "static"
    shutil.copytree(assets.STATIC, copy)
    before = assets.digest_of(copy)
    (copy / "js" / "app.js").write_text("// changed")

    assert assets.digest_of(copy) != before
    assert assets.digest_of(assets.STATIC) == before


def test_workers_that_start_together_publish_one_whole_folder(tmp_path: Path) -> None:
    target = tmp_path / "assets" / "digest"
    workers = [Thread(target=assets.publish, args=(assets.STATIC, target)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [path.name for path in target.parent.iterdir()] == ["digest"]
    assert (target / "css" / "app.css.br").is_file()


def test_the_stylesheet_is_one_file_whose_addresses_still_lead_to_files() -> None:
    css = assets.joined_css(assets.STATIC / "css" / "app.css")

    assert "@import" not in css
    assert css.startswith("@layer reset,")
    assert css.count("{") == css.count("}")
    for target in re.findall(r'url\("(?!data:|#)([^"]+)"\)', css):
        assert (assets.STATIC / "css" / target).resolve().is_file(), target


def test_every_component_stylesheet_is_imported() -> None:
    listed = (assets.STATIC / "css" / "app.css").read_text()
    for sheet in (assets.STATIC / "css").rglob("*.css"):
        name = sheet.relative_to(assets.STATIC / "css").as_posix()
        assert name == "app.css" or f'"{name}"' in listed, name


def test_styles_and_scripts_stay_within_their_weight() -> None:
    css = assets.joined_css(assets.STATIC / "css" / "app.css").encode()
    scripts = [assets.prepared(path) for path in (assets.STATIC / "js").glob("*.js")]

    assert len(gzip.compress(css, 9)) <= 15 * 1024
    assert sum(len(gzip.compress(script, 9)) for script in scripts) <= 10.5 * 1024


def test_third_party_files_are_the_ones_written_down() -> None:
    written = (ROOT / "docs" / "third-party.md").read_text()
    rows = re.findall(r"\| (static/\S+) \|.*`([0-9a-f]{64})`", written)

    assert len(rows) >= 4
    for name, digest in rows:
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, name


def test_templates_use_only_icons_of_the_sprite() -> None:
    sprite = (assets.STATIC / "icons" / "sprite.svg").read_text()
    known = set(re.findall(r'id="([\w-]+)"', sprite))
    for template in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r"\b(?:icon|glyph)\('([\w-]+)'", template.read_text()):
            assert name in known, f"{template.name} uses {name}; add it to bin/icons"
