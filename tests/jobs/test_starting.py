"""bin/start asks for what a company is founded with, or takes it from the environment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from jobs.company_commands import NOBODY_CAME, NOT_FOUNDED
from jobs.starting import asked
from models.kernel.seller import first_seller
from tests.program import make_program


def test_what_the_environment_says_is_not_asked() -> None:
    told = {"COMPANY_NAME": "Brook", "ADMINISTRATOR": "you@brook.example"}
    assert asked(told.get, is_at_keyboard=False) == {
        "name": "Brook", "country": "GB", "email": "you@brook.example",
    }  # fmt: skip
    assert asked({}.get, is_at_keyboard=False) is None


def test_questions_are_repeated_until_answered_and_enter_takes_the_proposal() -> None:
    answers = iter(["", "Brook", "", "you@brook.example"])
    found = asked({}.get, is_at_keyboard=True, ask=lambda _question: next(answers))
    assert found == {"name": "Brook", "country": "GB", "email": "you@brook.example"}


@pytest.fixture
def program(
    settings: Settings, committed_database: Engine, committed_sessions: sessionmaker[Session]
) -> Flask:
    url = committed_database.url.render_as_string(hide_password=False)
    return make_program(replace(settings, database_url=url), committed_sessions)


def test_the_commands_found_a_company_once_and_print_links(
    program: Flask, committed_sessions: sessionmaker[Session]
) -> None:
    runner = program.test_cli_runner()
    assert runner.invoke(args=["company", "status"]).exit_code == NOT_FOUNDED
    options = ["--name=Brook", "--country=GB", "--email=you@brook.example"]
    founded = runner.invoke(args=["company", "found", *options])
    assert founded.exit_code == 0
    assert "/invitation/" in founded.output
    assert runner.invoke(args=["company", "status"]).exit_code == NOBODY_CAME
    again = runner.invoke(args=["company", "found", *options])
    assert again.exit_code == 1
    assert "a company in this database already" in again.output
    link = runner.invoke(args=["company", "link"])
    assert link.output != founded.output
    with committed_sessions() as session:
        assert first_seller(session).trading_name == "Brook"
    page = program.test_client().get("/invitation/" + link.output.strip().rpartition("/")[2])
    assert page.status_code == 200
    assert "Brook" in page.text
