"""Finding products by codes and words."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account
from models.catalog import (
    CodeKind,
    Product,
    SearchWord,
    find,
    match_codes,
    refresh,
    suggest,
)
from tests.admin.conftest import counted
from tests.factories.accounts import make_account, make_group
from tests.factories.catalog import (
    make_barcode,
    make_brand,
    make_category,
    make_part_number,
    make_product,
)

ACTIVE = Product.lifecycle == "active"


@pytest.fixture
def acme(session: Session) -> Account:
    return make_account(session)


@pytest.fixture
def shelf(session: Session, acme: Account) -> dict[str, int]:
    tools = make_category(session, "hand-tools", name="Hand tools").id
    bosch = make_brand(session, name="Bøsch Qualität").id
    made = {
        "rake": make_product(
            session, sku="WH-77.10", name="Garden rakes, steel", category_id=tools, brand_id=bosch,
            manufacturer_number="MX 900/1",
        ),
        "hose": make_product(session, sku="HO-1", name="Hose", description="For the garden"),
        "hidden": make_product(session, name="Garden gnome", lifecycle="discontinued"),
    }  # fmt: skip
    make_barcode(session, made["rake"], "4006381333931", is_gtin=True)
    make_part_number(session, acme.id, made["rake"], "acme-5")
    ids = {name: product.id for name, product in made.items()}
    refresh(session, ids.values())
    return ids


def found(session: Session, typed: str, account: Account | None = None) -> list[int]:
    account_id = account.id if account else None
    hits = find(session, typed, visible=ACTIVE, account_id=account_id).hits
    return [hit.product_id for hit in hits]


@pytest.mark.parametrize(
    "typed",
    ["WH-77.10", "wh7710", "wh-77", "4006381333931", "mx900-1", "acme 5", "rake", "steel RAK",
     "tools rake", "qualitat", "Qualität steel", "raking"],
)  # fmt: skip
def test_a_product_is_found_by_all_its_names(
    session: Session, shelf: dict[str, int], acme: Account, typed: str
) -> None:
    assert found(session, typed, acme) == [shelf["rake"]]


def test_a_name_comes_before_a_description_and_hidden_ones_never(
    session: Session, shelf: dict[str, int]
) -> None:
    assert found(session, "garden") == [shelf["rake"], shelf["hose"]]


def test_another_accounts_number_finds_nothing(session: Session, shelf: dict[str, int]) -> None:
    assert found(session, "acme-5", make_account(session)) == []


@pytest.mark.parametrize("typed", ["", "  ", "-", "' & | ! :*", "(((", "%", "\\"])
def test_nothing_meaningful_finds_nothing(
    session: Session, shelf: dict[str, int], typed: str
) -> None:
    assert found(session, typed) == []


def test_a_misspelt_word_is_put_right_and_said(session: Session, shelf: dict[str, int]) -> None:
    answer = find(session, "gardne raeks", visible=ACTIVE, account_id=None)
    assert answer.corrected == "garden rakes"
    assert [hit.product_id for hit in answer.hits] == [shelf["rake"]]


def test_words_known_to_the_process_put_right_in_one_statement_until_they_change(
    session: Session, shelf: dict[str, int]
) -> None:
    def asked() -> tuple[str | None, int]:
        with counted() as sent:
            answer = find(session, "hsoe", visible=ACTIVE, account_id=None)
        return answer.corrected, len(sent)

    asked()
    assert asked() == ("hose", 3)  # as a code, as it was typed, put right
    session.get_one(Product, shelf["hose"]).name = "Shoe"
    refresh(session, [shelf["hose"]])
    assert asked()[0] == "shoe"


def test_the_search_goes_on_after_the_last_hit(session: Session, shelf: dict[str, int]) -> None:
    first = find(session, "garden", visible=ACTIVE, account_id=None, limit=1).hits[0]
    rest = find(
        session, "garden", visible=ACTIVE, account_id=None, after=(first.score, first.product_id)
    )
    assert [hit.product_id for hit in rest.hits] == [shelf["hose"]]


def test_a_suggestion_carries_the_accounts_own_number(
    session: Session, shelf: dict[str, int], acme: Account
) -> None:
    lines = suggest(session, "steel", visible=ACTIVE, account_id=acme.id)
    assert [(line.sku, line.own_code) for line in lines] == [("WH-77.10", "acme-5")]


def test_a_renamed_product_leaves_the_vocabulary_as_it_is_now(
    session: Session, shelf: dict[str, int]
) -> None:
    hose = session.get_one(Product, shelf["hose"])
    hose.name = "Sprinkler"
    refresh(session, [hose.id])
    words = set(session.scalars(select(SearchWord.word)))
    assert "sprinkler" in words
    assert "hose" not in words
    assert found(session, "hose") == []


def test_codes_are_matched_exactly_first_and_then_plainly(
    session: Session, shelf: dict[str, int], acme: Account
) -> None:
    other = make_product(session, sku="WH7710X").id
    codes = ["wh-77.10", "WH 77 10", "ACME-5", "4006381333931", "mx 900/1", "WH7710X", "nope", ""]
    matches = match_codes(session, codes, acme.id)
    assert [matches[code].product_id for code in codes] == [
        *[shelf["rake"]] * 5, other, None, None,
    ]  # fmt: skip
    assert matches["wh-77.10"].is_exact
    assert not matches["WH 77 10"].is_exact
    assert matches["ACME-5"].kinds == (CodeKind.OWN_NUMBER,)


def test_a_code_of_two_products_is_ambiguous_unless_own_numbers_come_first(
    session: Session, shelf: dict[str, int], acme: Account
) -> None:
    first = make_account(session, group_id=make_group(session, own_numbers_first=True).id)
    for account in (acme, first):
        hose = session.get_one(Product, shelf["hose"])
        make_part_number(session, account.id, hose, "WH-77.10")
    assert match_codes(session, ["WH-77.10"], acme.id)["WH-77.10"].is_ambiguous
    assert match_codes(session, ["WH-77.10"], first.id)["WH-77.10"].product_id == shelf["hose"]
