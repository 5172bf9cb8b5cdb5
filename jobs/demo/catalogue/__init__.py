"""What the demo company sells: families of products, each with its variants and one picture."""

from jobs.demo.catalogue.family import Family
from jobs.demo.catalogue.garden import GARDEN, HARDWARE
from jobs.demo.catalogue.home import HOME, KITCHEN
from jobs.demo.catalogue.paper import PAPER, SEASON, WEAR

SHELVES = (
    ("garden", "Garden", GARDEN),
    ("kitchen-and-table", "Kitchen and table", KITCHEN),
    ("home", "Home and fragrance", HOME),
    ("hardware-and-fixings", "Hardware and fixings", HARDWARE),
    ("stationery", "Stationery", PAPER),
    ("seasonal", "Seasonal", SEASON),
    ("wear-and-bags", "Wear and bags", WEAR),
)
"""The departments in shop order: slug, name, families."""

__all__ = ["SHELVES", "Family"]
