"""The program as production serves it, in processes of its own, and a browser without scripts.

`open_door` starts gunicorn on a committed database; `Caller` keeps cookies and sends the forms of
the pages that it was shown, as they stand there.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlencode

from lxml import html

from config import Settings
from jobs.serving import gunicorn

TOP = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
DIED = (ConnectionError, HTTPException, TimeoutError)
"""What a caller sees of a server that was killed under it."""


@dataclass
class Answer:
    """What came back: status, headers in lower case, text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def leads_to(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Caller:
    """A browser of one person at one door."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def form(self, path: str, action: str) -> list[tuple[str, str]]:
        """The fields of the form that leads to `action`, as the page at `path` shows it."""
        page = self.get(path)
        assert page.status == 200, f"GET {path}: {page.status} {page.text[:600]}"
        return form_of(page.text, action)

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, text)


def form_of(text: str, action: str) -> list[tuple[str, str]]:
    """What a browser would send of the posted form whose address is `action`, no button pressed."""
    document = html.document_fromstring(text)
    posted = [form for form in document.forms if form.get("method", "").lower() == "post"]
    found = [form for form in posted if form.get("action", "") == action]
    assert found, f"no form for {action}; there are {[each.action for each in posted]}"
    return fields_of(found[0])


def fields_of(form: html.FormElement) -> list[tuple[str, str]]:
    """The form's fields as a browser sends them: those elsewhere that name the form, too."""
    parts = form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]")
    if form.get("id"):
        elsewhere = "//input[@form=$id][@name] | //select[@form=$id][@name] | //textarea[@form=$id]"
        parts += [part for part in form.xpath(elsewhere, id=form.get("id")) if part not in parts]
    fields = []
    for part in parts:
        kind = part.get("type", "text")
        if kind in ("submit", "image", "file", "button"):
            continue
        if kind in ("checkbox", "radio"):
            fields += [(part.get("name"), part.get("value", "on"))] if part.checked else []
        elif part.tag == "select" and part.multiple:
            fields += [(part.get("name"), each) for each in part.value]
        else:
            fields.append((part.get("name"), (part.value or "").removeprefix("\n")))
    return fields


def changed(fields: list[tuple[str, str]], **values: str) -> list[tuple[str, str]]:
    """The fields with other values, as a person would type them over."""
    kept = [(name, value) for name, value in fields if name not in values]
    return [*kept, *values.items()]


@dataclass
class Door:
    """A running server; `output` is what it wrote."""

    port: int
    process: subprocess.Popen[bytes]
    output: IO[bytes]

    def caller(self, cookies: dict[str, str] | None = None) -> Caller:
        return Caller(self.port, dict(cookies or {}))

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read().decode("utf-8", "replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process of the program with these settings."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TZ")
    }
    return {
        **kept,
        "ENVIRONMENT": settings.environment.value,
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "SMTP_URL": settings.smtp_url,
        "STRIPE_SECRET_KEY": settings.stripe_secret_key,
        "STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret,
        "STRIPE_API_BASE": settings.stripe_api_base,
        "STRIPE_CHECKOUT_HOST": settings.stripe_checkout_host,
        "LOG_LEVEL": "WARNING",
        **more,
    }


@contextmanager
def open_door(
    settings: Settings, *, workers: int = 2, failpoint: str = "", **more: str
) -> Iterator[Door]:
    """Serves the program as production does while the block runs; every process of it ends."""
    port = free_port()
    arming = {"FAILPOINT": failpoint} if failpoint else {}
    with TemporaryFile() as output:
        process = subprocess.Popen(
            gunicorn("127.0.0.1", port, workers=workers),
            cwd=TOP,
            env=environment_of(settings, **arming, **more),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        door = Door(port, process, output)
        try:
            _wait_until_open(door)
            yield door
        finally:
            _end(process)


def _wait_until_open(door: Door) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if door.process.poll() is not None:
            break
        try:
            if Caller(door.port).get("/health/live").status == 200:
                return
        except DIED:
            time.sleep(0.05)
    raise AssertionError(f"the server did not open its door:\n{door.said()[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run_worker(settings: Settings, *, failpoint: str = "") -> int:
    """Works the queue empty in a process of its own and gives its exit code: -9 when killed."""
    program = (
        "import config; from jobs.worker import work; work(config.load(), until_stopped=False)"
    )
    arming = {"FAILPOINT": failpoint} if failpoint else {}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TOP,
        env=environment_of(settings, **arming),
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stdout + done.stderr
    return done.returncode


def sentences(text: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", html.document_fromstring(text).text_content())
