"""The commands of bin/flask."""

from __future__ import annotations

from flask import Flask

from web.routes import access_matrix


def test_every_command_of_the_house_says_what_it_does(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["--help"]).output
    for name in ("access-matrix", "database", "words", "worker"):
        assert name in told


def test_the_access_matrix_names_every_route(app: Flask) -> None:
    lines = access_matrix(app).splitlines()
    assert "GET    /health/live  anyone" in lines
    assert len({tuple(line.split()[:2]) for line in lines}) == len(lines)
