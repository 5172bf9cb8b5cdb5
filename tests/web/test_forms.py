"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from models.kernel.errors import Refused
from web.forms import AmountField, Form, SelectField, SelectMultipleField


class Asked(Form):
    amount = AmountField("Amount")


class Chosen(Form):
    one = SelectField("One", coerce=int, choices=[(1, "First"), (2, "Second")])
    any = SelectMultipleField("Any")


def test_choices_are_pairs_of_value_and_words(app: Flask) -> None:
    with app.test_request_context():
        form = Chosen(MultiDict([("one", "2"), ("any", "b"), ("any", "c")]))
        form.any.choices = [("a", "A"), ("b", "B"), ("c", "C")]
        form.require_valid()
        assert (form.one.data, form.any.data) == (2, ["b", "c"])
        assert form.one.pairs == [(1, "First"), (2, "Second")]
        assert [choice.label for choice in form.any.iter_choices() if choice.selected] == ["B", "C"]
        form = Chosen(MultiDict({"one": "3", "any": "d"}))
        form.any.choices = [("a", "A")]
        with pytest.raises(Refused):
            form.require_valid()


def asked(app: Flask, typed: str) -> Asked:
    with app.test_request_context():
        return Asked(MultiDict({"amount": typed}))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1250", "1250"), (" 1,250.00 ", "1250.00"), ("12,345,678.5", "12345678.5"), ("0", "0")],
)
def test_an_amount_is_read_with_or_without_grouping(app: Flask, typed: str, amount: str) -> None:
    form = asked(app, typed)
    with app.test_request_context():
        form.require_valid()
    assert form.amount.data == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["-5", "NaN", "Infinity", "1e9", "1,5", "12,34", "1.23456", "twelve", "1" * 40]
)
def test_what_is_no_amount_is_refused_and_stays_as_typed(app: Flask, typed: str) -> None:
    form = asked(app, typed)
    with app.test_request_context(), pytest.raises(Refused, match="is not an amount such as"):
        form.require_valid()
    assert f'value="{typed}"' in form.amount()


def test_an_amount_is_shown_in_a_text_field_with_its_pence(app: Flask) -> None:
    with app.test_request_context():
        shown = [Asked(data={"amount": Decimal(each)}).amount() for each in ("5000", "4.8625")]
    assert 'value="5000.00"' in shown[0]
    assert 'value="4.8625"' in shown[1]
    assert all('type="text"' in each for each in shown)
