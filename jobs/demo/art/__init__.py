"""Product illustrations of the demo company, drawn by the program itself.

`draw(family, palette)` returns a standalone SVG: a soft background and the thing in two or three
flat tones, readable at 44 px and pleasant at 320 px. No scripts, no variables, no fonts.
"""

from dataclasses import dataclass

from jobs.demo.art import garden, hardware, home, kitchen, paper, wear


@dataclass(frozen=True)
class Palette:
    """`main` and `second` carry the product, `dark` its details, `light` its labels and insides."""

    name: str
    ground: str
    main: str
    second: str
    dark: str
    light: str


PALETTES = {
    palette.name: palette
    for palette in (
        Palette("moss", "#E4EBDD", "#5F7F4A", "#9A6A3F", "#2F4227", "#F4F1E2"),
        Palette("terracotta", "#F5E4DA", "#C4663F", "#8C4428", "#4A2416", "#FBF1E6"),
        Palette("slate", "#E2E8EC", "#5A6B78", "#B98A55", "#2B363E", "#F1F4F5"),
        Palette("cobalt", "#DEE5F5", "#2F52B8", "#E9E4D6", "#1B2D66", "#F7F5EE"),
        Palette("brick", "#F5E0DC", "#B4402F", "#7A5A45", "#561C13", "#FAF0E8"),
        Palette("natural", "#F1E9DA", "#C9A36B", "#8D6237", "#52391F", "#FBF6EA"),
        Palette("sage", "#E6EDE6", "#8FA88C", "#6B7F69", "#3A4839", "#F5F5EC"),
        Palette("mustard", "#F7EDD0", "#D9A227", "#7B5A1E", "#4C380F", "#FDF7E3"),
        Palette("charcoal", "#E5E6E6", "#41474A", "#B5854E", "#1D2123", "#F3F1EC"),
        Palette("blush", "#F7E6E6", "#D98F93", "#A85D66", "#5E2B33", "#FDF3F0"),
        Palette("teal", "#DDECEA", "#2E7F7B", "#D9B26A", "#164644", "#F2F6F0"),
        Palette("plum", "#ECE2EE", "#75477F", "#C9A0A8", "#3D2144", "#F8F1F6"),
        Palette("cream", "#EDEAE0", "#EFE6CF", "#5B7A94", "#4A4638", "#FFFDF4"),
        Palette("berry", "#F4DFE6", "#A92F55", "#3F6B4C", "#521327", "#FBF0F2"),
    )
}
DRAWINGS = (
    garden.DRAWINGS
    | kitchen.DRAWINGS
    | home.DRAWINGS
    | paper.DRAWINGS
    | wear.DRAWINGS
    | hardware.DRAWINGS
)
FAMILIES = tuple(sorted(DRAWINGS))
SHADOW = '<ellipse cx="32" cy="57.5" rx="19" ry="2.2" fill="#000" fill-opacity=".09"/>'


def draw(family: str, palette: Palette) -> bytes:
    """The picture of one product family in one palette. KeyError for a family not in FAMILIES."""
    body = DRAWINGS[family]
    for mark, value in (
        ("{a}", palette.main),
        ("{b}", palette.second),
        ("{c}", palette.dark),
        ("{d}", palette.light),
        ("{hi}", 'fill="#fff" fill-opacity=".3"'),
        ("{lo}", 'fill="#000" fill-opacity=".13"'),
        (
            "{ln}",
            f'fill="none" stroke="{palette.dark}" stroke-opacity=".45" stroke-linecap="round"',
        ),
    ):
        body = body.replace(mark, value)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="320" height="320">'
        f'<rect width="64" height="64" fill="{palette.ground}"/>{SHADOW}'
        f'<g transform="translate(4.5 5) scale(.86)">{body}</g></svg>'
    ).encode()
