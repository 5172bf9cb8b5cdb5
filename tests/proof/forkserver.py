"""Starts servers, workers and commands of the program quickly: it has imported it once, and forks.

Each child is the real thing (gunicorn with its workers, the task worker, a command), with its own
environment, in a process group of its own. Runs apart from the tests, spoken to in lines of JSON:

    python -m tests.proof.forkserver
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import config
import jobs.commands
import jobs.every_task
import wsgi
from jobs import worker
from jobs.serving import gunicorn
from models.kernel import failpoint

READY = (jobs.commands, jobs.every_task, wsgi)


def serve(asked: dict[str, Any]) -> None:
    """Becomes gunicorn on the port, as jobs/serving starts it."""
    from gunicorn.app.wsgiapp import run

    command = gunicorn("127.0.0.1", asked["port"], workers=asked["workers"])
    sys.argv = ["gunicorn", *command[command.index("gunicorn") + 1 :]]
    run()


def work(_asked: dict[str, Any]) -> None:
    """Works the queue empty."""
    worker.work(config.load(), until_stopped=False)


def command(asked: dict[str, Any]) -> None:
    """Runs a command of `bin/flask`."""
    result = wsgi.create_app().test_cli_runner().invoke(args=asked["words"])
    sys.stdout.write(result.output)
    sys.exit(result.exit_code)


DOES: dict[str, Callable[[dict[str, Any]], None]] = {
    "serve": serve,
    "work": work,
    "command": command,
}


def fork(asked: dict[str, Any]) -> int:
    """The child's process id; the child is armed with the failpoint of its own environment."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        _redirect(asked["output"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        failpoint._ARMED = failpoint._armed()
        DOES[asked["do"]](asked)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(path: str) -> None:
    with open(os.devnull) as nothing, open(path, "ab") as output:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)


def answer(asked: dict[str, Any]) -> int:
    """A child's process id for a server; else the exit code, -9 for one that was killed."""
    if asked["do"] == "end":
        with suppress(ProcessLookupError):
            os.killpg(asked["pid"], asked["signal"])
        return _code(asked["pid"])
    pid = fork(asked)
    return pid if asked["do"] == "serve" else _code(pid)


def _code(pid: int) -> int:
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Answers each line, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
