from xml.dom import minidom

import pytest

from jobs.demo.art import FAMILIES, PALETTES, draw


def test_there_are_at_least_sixty_families_and_fourteen_palettes() -> None:
    assert len(FAMILIES) >= 60
    assert len(PALETTES) >= 14


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_a_whole_picture_that_needs_nothing_else(family: str) -> None:
    drawn = draw(family, PALETTES["moss"]).decode()

    root = minidom.parseString(drawn).documentElement  # noqa: S318 (our own drawing)
    assert root is not None
    assert root.getAttribute("viewBox") == "0 0 64 64"
    assert "{" not in drawn
    assert "var(" not in drawn
    assert not root.getElementsByTagName("script")
    assert not root.getElementsByTagName("text")


def test_the_palette_changes_the_picture() -> None:
    assert draw("mug", PALETTES["moss"]) != draw("mug", PALETTES["brick"])
