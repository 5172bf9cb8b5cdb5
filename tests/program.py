"""The program for a test, made quickly: what is the same in every test is made once per run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from wsgiref.headers import Headers

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Map, Rule, RuleFactory
from whitenoise import WhiteNoise

from config import Settings
from web import assets
from web.assets import STATIC, digest_of, publish
from web.transactions import TransactionalFlask
from wsgi import create_app


class Compiled(BytecodeCache):
    """Compiled templates, kept for this process; a changed template has another checksum."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


compiled = Compiled()


class KnownMap(Map):
    """The routes of a program. Those of the same routes are compiled once in this process and
    shared: that is half of what making the program takes."""

    compiled: ClassVar[dict[Any, Map]] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._added: list[Rule] = []

    def add(self, rulefactory: RuleFactory) -> None:
        self._added += rulefactory.get_rules(self)
        self._remap = True

    def update(self) -> None:
        """Takes the compiled routes over when there are new ones, before any is looked for."""
        if not self._remap:
            return
        told = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        key = (repr(told), *(_told_of(rule) for rule in self._added))
        if key not in self.compiled:
            self.compiled[key] = Map([copy(rule) for rule in self._added], **told)
            self.compiled[key].update()
        known = self.compiled[key]
        self._matcher, self._rules_by_endpoint = known._matcher, known._rules_by_endpoint
        self._remap = False


def _told_of(rule: Rule) -> str:
    """What was said of a route when it was added."""
    return repr(sorted((name, value) for name, value in vars(rule).items() if name[0] != "_"))


class KnownFiles(WhiteNoise):  # type: ignore[misc]
    """The published static files, looked at once for all programs that send the same headers."""

    seen: ClassVar[dict[Any, dict[str, Any]]] = {}

    def update_files_dictionary(self, root: str, prefix: str) -> None:
        headers = Headers([])
        self.add_headers_function(headers, "", "")
        folder = f"{Path(root).resolve()}{os.sep}"
        key = (folder, prefix, str(headers))
        if key not in self.seen:
            super().update_files_dictionary(folder, prefix)
            self.seen[key] = self.files
        self.files = self.seen[key]


@cache
def digest() -> str:
    """That of the static files as they are when the first program of this process is made."""
    return digest_of(STATIC)


TransactionalFlask.url_map_class = KnownMap
assets.WhiteNoise = KnownFiles
assets.digest_of = lambda static: digest() if static == STATIC else digest_of(static)


def make_program(settings: Settings, sessions: sessionmaker[Session]) -> Flask:
    """`create_app` with static files that are compressed already and templates compiled already."""
    folder = Path(settings.data_dir) / "assets"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(published(), target_is_directory=True)
    app = create_app(settings, sessions)
    app.jinja_env.bytecode_cache = compiled
    return app


@cache
def published() -> Path:
    """The folder of the compressed static files, gone with the run."""
    folder = tempfile.mkdtemp(prefix="assets-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    publish(STATIC, Path(folder) / digest())
    return Path(folder)
