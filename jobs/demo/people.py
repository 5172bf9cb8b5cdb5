"""Who is who in the demo company: its staff, its accounts with their habits, its vendors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class Hire:
    """A member of staff; `tile` is what the sign-in page says one could try as them."""

    key: str
    name: str
    role: str
    tile: str = ""


STAFF = (
    Hire("rita", "Rita Osei", "sales_rep", "Order for an account on your phone"),
    Hire("joel", "Joel Hartley", "sales_rep"),
    Hire("anwen", "Anwen Price", "sales_rep"),
    Hire("mia", "Mia Lindqvist", "sales_manager", "Release holds, see margins, change prices"),
    Hire("olu", "Olu Adeyemi", "customer_service", "Find any order, see why it waits"),
    Hire("sam", "Sam Kowalski", "warehouse", "Pick, pack, print labels, ship"),
    Hire("pat", "Pat Nowak", "purchasing", "Raise purchase orders, receive goods"),
    Hire("nora", "Nora Bianchi", "finance", "Invoices, payments, who is late"),
    Hire("ada", "Ada Whitfield", "administrator", "Users, roles, audit log"),
)

BUYER_TILES = (
    ("seaglass", "Maya Lindley", "company_admin", "Buyer", "Order, reorder, pay an invoice"),
    ("seaglass", "Tom Ferris", "buyer", "", ""),
    ("fernhill", "Ben Okafor", "company_admin", "", ""),
    ("harbour", "Priya Raman", "company_admin", "", ""),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An account and how it behaves.

    `every_days` is how often it orders, `lines` how many lines it usually takes, `pays_days` how
    long after the due date it pays (negative: early), `size` how many times the usual quantities it
    takes, `trend` how its volume changes over the whole story (2 doubles it, 0 stops it).
    """

    key: str
    name: str
    trade: str
    town: str
    postcode: str
    rep: str
    every_days: int
    lines: int
    pays_days: int
    group: str = "TRADE"
    terms: str = "NET30"
    size: int = 1
    limit: int = 6000
    trend: float = 1.0
    parent: str = ""
    country: str = "GB"
    tax_number: str = ""
    street: str = "High Street"


def _customers() -> tuple[Customer, ...]:
    c = Customer
    return (
        c("seaglass", "Seaglass & Co", "Gift and garden, 3 shops", "Whitby", "YO21 3PU", "rita", 5, 9, -6, "GARDEN", size=3, limit=45000, street="4 Harbour Street"),
        c("seaglass-rhb", "Seaglass & Co, Robin Hood's Bay", "Gift shop", "Robin Hood's Bay", "YO22 4SJ", "rita", 12, 5, -6, "GARDEN", parent="seaglass", street="1 Chapel Street"),
        c("seaglass-sca", "Seaglass & Co, Scarborough", "Gift shop", "Scarborough", "YO11 1LH", "rita", 10, 6, -6, "GARDEN", parent="seaglass", street="27 Bar Street"),
        c("harbour", "Harbour Hotels Yorkshire", "Hotels, 4 houses", "Scarborough", "YO11 2AG", "rita", 14, 12, 4, "CONTRACT", terms="EOM30", size=3, limit=45000, street="South Cliff"),
        c("harbour-fil", "Harbour Hotels, Filey", "Hotel", "Filey", "YO14 9LA", "rita", 21, 7, 4, "CONTRACT", terms="EOM30", parent="harbour", street="The Crescent"),
        c("fernhill", "Fernhill Garden Centre", "Garden centre", "Harrogate", "HG1 4QN", "rita", 5, 8, 1, "GARDEN", trend=2.4, size=2, limit=55000, street="Wetherby Road"),
        c("oldmill", "The Old Mill Shop", "Farm shop", "Helmsley", "YO62 5AB", "rita", 9, 6, 38, terms="NET14", limit=3000, street="Mill Lane"),
        c("thistle", "Thistle & Thyme", "Florist", "Malton", "YO17 7LW", "rita", 8, 5, 2, street="12 Yorkersgate"),
        c("marlow", "Marlow & Daughters", "Ironmonger", "Pickering", "YO18 7AA", "rita", 11, 8, -3, street="9 Market Place"),
        c("kiln", "The Kiln Gallery", "Gallery shop", "Hebden Bridge", "HX7 8EX", "joel", 15, 4, 9, street="Bridge Gate"),
        c("bracken", "Bracken Outdoors", "Outdoor shop", "Ilkley", "LS29 9EE", "joel", 10, 6, 3, street="The Grove"),
        c("penny", "Penny Lane Cards", "Card shop", "Leeds", "LS1 6DL", "joel", 7, 10, 5, limit=10000, street="22 Park Row"),
        c("larder", "The Larder", "Delicatessen", "Skipton", "BD23 1DT", "joel", 12, 6, 0, street="Sheep Street"),
        c("rowan", "Rowan Tree Nursery", "Plant nursery", "Otley", "LS21 3HE", "joel", 9, 9, 6, "GARDEN", size=2, limit=16000, street="Pool Road"),
        c("dales", "Dales Country Stores", "Country stores, 5 shops", "Settle", "BD24 9EJ", "joel", 5, 15, 12, "GARDEN", size=2, limit=60000, street="Duke Street"),
        c("dales-haw", "Dales Country Stores, Hawes", "Country store", "Hawes", "DL8 3QL", "joel", 14, 8, 12, "GARDEN", parent="dales", street="Town Head"),
        c("attic", "The Attic", "Homewares", "York", "YO1 8AN", "rita", 6, 7, 3, limit=9000, street="Stonegate"),
        c("fable", "Fable Toys", "Toy shop", "York", "YO1 7LX", "rita", 13, 6, 1, street="Gillygate"),
        c("quay", "Quayside Interiors", "Interiors", "Hull", "HU1 1TJ", "rita", 11, 6, 24, limit=1500, street="Humber Street"),
        c("wold", "Wold Top Farm Shop", "Farm shop", "Driffield", "YO25 3BL", "rita", 16, 5, -2, street="Hunmanby Grange"),
        c("hive", "Hive & Home", "Gift shop", "Beverley", "HU17 8BB", "rita", 10, 5, 0, street="Saturday Market"),
        c("lapsing", "Nettle & Nook", "Gift shop", "Ripon", "HG4 1BT", "rita", 9, 5, 2, trend=0.0, street="Kirkgate"),
        c("castle", "Castle Bookshop", "Bookshop", "Richmond", "DL10 4QN", "joel", 18, 4, 4, street="Finkle Street"),
        c("tide", "Tide & Timber", "Homewares", "Saltburn", "TS12 1HQ", "anwen", 12, 6, 7, street="Dundas Street"),
        c("cotton", "Cotton Mill Makers", "Craft shop", "Saltaire", "BD18 4PL", "joel", 14, 5, 3, street="Victoria Road"),
        c("lakes", "Lakeland Larder", "Farm shop", "Keswick", "CA12 5JR", "anwen", 10, 8, 2, size=2, limit=14000, street="Main Street"),
        c("fell", "Fell & Field", "Outdoor shop", "Ambleside", "LA22 9BT", "anwen", 11, 7, 0, street="Rydal Road"),
        c("kendal", "Kendal Hardware", "Ironmonger", "Kendal", "LA9 4AG", "anwen", 8, 12, 8, size=2, limit=20000, street="Stricklandgate"),
        c("mint", "Mint & Marble", "Kitchen shop", "Chester", "CH1 2HT", "anwen", 9, 7, 2, street="Watergate Street"),
        c("pier", "Pier Pressure Gifts", "Gift shop", "Llandudno", "LL30 2LP", "anwen", 13, 6, 15, street="Mostyn Street"),
        c("slate", "Slate & Sheep", "Gift shop", "Betws-y-Coed", "LL24 0AE", "anwen", 15, 5, 4, street="Holyhead Road"),
        c("ludlow", "Ludlow Kitchen Garden", "Garden shop", "Ludlow", "SY8 1AY", "anwen", 9, 8, 1, "GARDEN", street="Broad Street"),
        c("forge", "Forge Lane Hardware", "Ironmonger", "Stafford", "ST16 2QB", "anwen", 10, 11, 6, limit=8000, street="Forge Lane"),
        c("potters", "Potter's Yard", "Homewares", "Stoke-on-Trent", "ST4 2QN", "anwen", 12, 6, 10, limit=8000, street="Church Street"),
        c("glen", "Glen Garden Supplies", "Garden centre", "Perth", "PH1 5TA", "anwen", 7, 12, 0, "GARDEN", size=2, limit=24000, street="Glasgow Road"),
        c("skerry", "Skerry Home", "Homewares", "Oban", "PA34 4AY", "anwen", 16, 6, 5, street="George Street"),
        c("ardagh", "Ardagh Gifts", "Gift shop", "Galway", "H91 E2K7", "anwen", 17, 7, 3, country="IE", tax_number="IE6388047V", street="Quay Street"),
        c("linden", "Lindenhof Garten", "Gartenmarkt", "Hamburg", "20457", "anwen", 20, 10, -4, "GARDEN", country="DE", tax_number="DE136695976", size=2, limit=12000, street="Am Sandtorkai 12"),
        c("carder", "Carder & Finch", "Card shop, pays with order", "Durham", "DH1 3AG", "anwen", 14, 4, 0, terms="PREPAY", limit=0, street="Saddler Street"),
        c("newly", "Juniper & Jute", "Homewares, a new customer", "Northallerton", "DL7 8LN", "joel", 8, 5, 2, trend=3.0, limit=5000, street="High Street"),
    )  # fmt: skip


CUSTOMERS = _customers()


GROWTH = 0.4
"""By how much the whole company grows over the story, of its middle."""
SEASON = (0.85, 0.9, 1.05, 1.1, 1.1, 1.0, 0.95, 0.9, 1.05, 1.1, 1.15, 0.95)
"""How busy a month is, from January: gardens in spring, presents in autumn."""
GONE = 0.25
"""An account that has come down to this share of its habit orders no more."""
LONGER_WAITS = 1.09
"""By how much chance, whole days and weekends lengthen the waits."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast accounts order from the first to the last day of the story.

    `scale` is set so that about the wanted number of orders comes together, whatever the date.
    """

    began: date
    today: date
    scale: float = 1.0

    @classmethod
    def for_orders(cls, wanted: int, began: date, today: date) -> Tempo:
        """The tempo at which about `wanted` orders come."""
        plain = cls(began, today)
        days = [began + timedelta(days=n) for n in range((today - began).days + 1)]
        sum_ = sum(plain.of(each, day) / each.every_days for each in CUSTOMERS for day in days)
        return cls(began, today, wanted * LONGER_WAITS / sum_)

    def trend_of(self, customer: Customer, day: date) -> float:
        """How fast the account itself orders, where 1 is as fast as at the start."""
        return 1 + (customer.trend - 1) * self._share(day)

    def of(self, customer: Customer, day: date) -> float:
        """How fast it orders on a day, with the company's growth and the season."""
        grown = 1 + GROWTH * (self._share(day) - 0.5)
        return self.trend_of(customer, day) * grown * SEASON[day.month - 1] * self.scale

    def wait(self, customer: Customer, day: date, chance: Random) -> timedelta:
        """How long until it orders again."""
        pace = max(self.of(customer, day), 0.2)
        return timedelta(days=max(1, round(customer.every_days / pace * chance.uniform(0.7, 1.35))))

    def _share(self, day: date) -> float:
        return (day - self.began) / (self.today - self.began)


def working_day(day: date, step: int = 1) -> date:
    """The day itself, else the next Monday; with a step of -1 the Friday before."""
    while day.isoweekday() > 5:
        day += timedelta(days=step)
    return day


@dataclass(frozen=True, slots=True)
class Supplier:
    """A vendor and the departments it supplies."""

    key: str
    name: str
    shelves: tuple[str, ...]
    lead_days: int
    town: str


SUPPLIERS = (
    Supplier("V-ASHBY", "Ashby Forge Ltd", ("garden",), 12, "Sheffield"),
    Supplier("V-HOLT", "Holt Hardware Imports", ("hardware-and-fixings",), 18, "Felixstowe"),
    Supplier("V-DENBY", "Denholme Pottery", ("kitchen-and-table",), 15, "Keighley"),
    Supplier("V-WICK", "Wick & Wax Co", ("home",), 10, "Malton"),
    Supplier("V-PAPER", "Northern Paper Works", ("stationery", "seasonal"), 9, "Hull"),
    Supplier("V-LOOM", "Calder Loom", ("wear-and-bags",), 16, "Halifax"),
)
