"""Static files under an address that changes with their content, so browsers keep them for ever."""

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from wsgiref.headers import Headers

import brotli
from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from web.security import headers_of

STATIC = Path(__file__).parent.parent / "static"
COMPRESSIBLE = {".css", ".js", ".svg", ".webmanifest", ".txt", ".json"}
NONCE = "the-nonce-of-this-answer"
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w.]+)\))?;')
RELATIVE_URL = re.compile(r'url\("(?!data:|/|#)(?P<path>[^"]+)"\)')
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
JS_COMMENT_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)


class UnknownAsset(LookupError):
    """A template named a file that static/ does not hold."""


def install(app: Flask, static: Path = STATIC) -> None:
    """Serves static/ under `/static/<digest>/` and gives templates `asset('js/app.js')`
    and `module_preloads(nonce)`, the links to all scripts.

    Writes the joined and compressed copy to `DATA_DIR/assets/<digest>/` unless it is there;
    several workers may start together. `asset` raises UnknownAsset for a file that is not there.
    """
    digest = digest_of(static)
    folder = publish(static, Path(app.config["DATA_DIR"]) / "assets" / digest)
    prefix = f"/static/{digest}/"
    names = {path.relative_to(folder).as_posix() for path in files_of(folder)}

    def asset(name: str) -> str:
        if name not in names:
            raise UnknownAsset(f"static/ holds no {name!r}")
        return prefix + name

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in headers_of(app).items():
            headers[name] = value

    app.jinja_env.globals["asset"] = asset
    link = Markup('<link rel="modulepreload" href="{}" nonce="{}">')
    preloads = Markup("\n").join(
        link.format(prefix + name, NONCE)
        for name in sorted(names)
        if re.fullmatch(r"js/[\w-]+\.js", name) and name != "js/app.js"
    )

    def module_preloads(nonce: str) -> Markup:
        return preloads.replace(NONCE, nonce)

    app.jinja_env.globals["module_preloads"] = module_preloads
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix=prefix,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
        add_headers_function=add_headers,
    )


def digest_of(static: Path) -> str:
    """Sixteen hex digits that change when any file's name or content changes."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in files_of(static):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(static).as_posix()}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def publish(static: Path, target: Path) -> Path:
    """Makes `target` whole or not at all: a finished folder is renamed into place."""
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for source in files_of(static):
            copy = draft / source.relative_to(static)
            copy.parent.mkdir(parents=True, exist_ok=True)
            content = prepared(source)
            copy.write_bytes(content)
            compress(copy, content)
        draft.chmod(0o755)
        os.rename(draft, target)
    except OSError:
        if not target.is_dir():  # another worker may have been faster; anything else is an error
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def prepared(source: Path) -> bytes:
    if source.suffix == ".css":
        return joined_css(source).encode()
    if source.suffix == ".js" and not source.name.endswith(".min.js"):
        return JS_COMMENT_LINE.sub("", source.read_text()).encode()
    return source.read_bytes()


def joined_css(source: Path) -> str:
    """The stylesheet with its imports in place, each in the layer it was imported into."""

    def included(match: re.Match[str]) -> str:
        path = source.parent / match["path"]
        body = rebased(joined_css(path), path.parent, source.parent)
        return f"@layer {match['layer']} {{\n{body}}}" if match["layer"] else body

    text = CSS_COMMENT.sub("", source.read_text())
    text = re.sub(r"\n\s+", "\n", re.sub(r"\n{2,}", "\n", text)).strip() + "\n"
    return IMPORT.sub(included, re.sub(r"([:;,{}]) +", r"\1", text))


def rebased(css: str, origin: Path, base: Path) -> str:
    """Relative addresses of a file in `origin`, rewritten for a stylesheet in `base`."""

    def moved(match: re.Match[str]) -> str:
        return f'url("{Path(os.path.relpath(origin / match["path"], base)).as_posix()}")'

    return RELATIVE_URL.sub(moved, css)


def compress(copy: Path, content: bytes) -> None:
    if copy.suffix not in COMPRESSIBLE:
        return
    copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    copy.with_name(copy.name + ".br").write_bytes(
        brotli.compress(content)  # type: ignore[no-untyped-call]
    )
