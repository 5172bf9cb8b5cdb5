"""What bin/start runs: migrates, founds an empty company once, and serves it until Ctrl-C.

It asks for the company's name and country and the first administrator's e-mail, or takes them from
COMPANY_NAME, COMPANY_COUNTRY and ADMINISTRATOR where nobody sits at the keyboard. As long as no
administrator has come, every start prints a new link that lets them in once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from jobs import migrating
from jobs.company_commands import NOBODY_CAME, NOT_FOUNDED
from jobs.hosting import FLASK, is_taken, run, say, serve

QUESTIONS = (
    ("name", "COMPANY_NAME", "Your company's name", ""),
    ("country", "COMPANY_COUNTRY", "Its country, two letters", "GB"),
    ("email", "ADMINISTRATOR", "Your e-mail, to sign in with", ""),
)


def main() -> int:
    """Runs the company; says what went wrong in a sentence. Gives the exit code."""
    try:
        return start()
    except KeyboardInterrupt:
        say("\nStopped")
        return 130
    except subprocess.CalledProcessError as failed:
        return failed.returncode


def start() -> int:
    """Migrates, founds what is not founded, and serves."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    say("Migrating the database")
    migrating.upgrade(os.environ["DATABASE_URL"])
    status = run([*FLASK, "company", "status"], check=False)
    if status == NOT_FOUNDED:
        answers = asked(os.environ.get, sys.stdin.isatty())
        if answers is None:
            names = ", ".join(name for _, name, _, _ in QUESTIONS)
            say(f"There is no company yet. Run bin/start at a keyboard, or set {names}.")
            return 2
        options = [f"--{key}={value}" for key, value in answers.items()]
        # The link is printed once the server answers it.
        subprocess.run(  # noqa: S603
            [*FLASK, "company", "found", *options], check=True, stdout=subprocess.DEVNULL
        )
        status = NOBODY_CAME
    if is_taken(host, port):
        say(f"Port {port} is taken. Choose another one: PORT=8001 bin/start")
        return 1
    return serve(host, port, then=_print_link) if status == NOBODY_CAME else serve(host, port)


def asked(
    environ: Callable[[str], str | None], is_at_keyboard: bool, ask: Callable[[str], str] = input
) -> dict[str, str] | None:
    """What the company is founded with; None where something is missing and nobody to ask."""
    answers: dict[str, str] = {}
    for key, name, question, proposal in QUESTIONS:
        answer = (environ(name) or "").strip()
        while not answer and is_at_keyboard:
            shown = f" [{proposal}]" if proposal else ""
            answer = ask(f"{question}{shown}: ").strip() or proposal
        answer = answer or proposal
        if not answer:
            return None
        answers[key] = answer
    return answers


def _print_link() -> None:
    say("\nOpen this link to choose your password. It works once, for 14 days:")
    run([*FLASK, "company", "link"])


if __name__ == "__main__":
    sys.exit(main())
