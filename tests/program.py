"""The program for a test, made quickly: what is the same in every test is made once per run."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Rule

from config import Settings
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


class KnownRule(Rule):
    """A route whose function that builds its address is compiled once in this process: it reads
    nothing of the program but the rule that it is called with, and is half of what making the
    program takes."""

    compiled: ClassVar[dict[Any, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        key = (self.subdomain, self.rule, repr(self.defaults), append_unknown)
        if key not in self.compiled:
            self.compiled[key] = super()._compile_builder(append_unknown)
        return self.compiled[key]


TransactionalFlask.url_rule_class = KnownRule


def make_program(settings: Settings, sessions: sessionmaker[Session]) -> Flask:
    """`create_app` with static files that are compressed already and templates compiled already."""
    assets = Path(settings.data_dir) / "assets"
    if not assets.exists():
        assets.parent.mkdir(parents=True, exist_ok=True)
        assets.symlink_to(published(), target_is_directory=True)
    app = create_app(settings, sessions)
    app.jinja_env.bytecode_cache = compiled
    return app


@cache
def published() -> Path:
    """The folder of the compressed static files, gone with the run."""
    folder = tempfile.mkdtemp(prefix="assets-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    publish(STATIC, Path(folder) / digest_of(STATIC))
    return Path(folder)
