# ruff: noqa: E501
"""Every pair of tokens that meets on a page keeps WCAG's contrast, in light and in dark."""

import re

import pytest

from web.assets import STATIC

TEXT, SHAPE = 4.5, 3.0
ON_SURFACES = ("ink", "ink-2", "ink-3")
PAIRS = [
    *[(ink, ground, TEXT) for ink in ON_SURFACES for ground in ("canvas", "surface", "surface-2", "surface-3")],
    *[("ink", ground, TEXT) for ground in ("pen-soft", "mark-soft", "ok-soft", "warn-soft", "bad-soft")],
    *[("ink-2", ground, TEXT) for ground in ("pen-soft", "mark-soft")],
    *[(tone, ground, TEXT) for tone in ("pen", "ok", "warn", "bad") for ground in ("surface", "surface-2", "canvas", "mark-soft")],
    *[(tone, f"{tone}-soft", TEXT) for tone in ("ok", "warn", "bad")],
    ("pen-strong", "pen-soft", TEXT),
    ("pen-strong", "surface", TEXT),
    *[("on-pen", fill, TEXT) for fill in ("pen-fill", "pen-fill-hover", "bad-fill")],
    ("on-mark", "mark", TEXT),
    *[(ink, frame, TEXT) for ink in ("on-frame", "on-frame-2") for frame in ("frame", "frame-2")],
    ("surface", "ink", TEXT),
    *[("edge", ground, SHAPE) for ground in ("surface", "surface-2", "canvas", "mark-soft")],
    ("mark", "frame", SHAPE),
    ("pen", "surface", SHAPE),
    ("pen", "surface-3", SHAPE),
]  # fmt: skip


def tokens(theme: int) -> dict[str, str]:
    css = (STATIC / "css" / "tokens.css").read_text()
    found = re.findall(r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));", css)
    return {name: fixed or (light, dark)[theme] for name, light, dark, fixed in found}


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_a_pair_of_colours_can_be_told_apart(
    ink: str, ground: str, least: float, theme: int
) -> None:
    colours = tokens(theme)

    assert contrast(colours[ink], colours[ground]) >= least
