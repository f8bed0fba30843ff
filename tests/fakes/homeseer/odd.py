"""What is odd in a real house, and what a hostile one could hold: each a change of a house, one after the other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fakes.homeseer.things import LOCK, SWITCH, THINGS, Feature

if TYPE_CHECKING:
    from fakes.homeseer.house import House

Oddity = Callable[["House"], None]
LONG = "A very long name " * 600
"""Ten thousand characters."""
NAMES = (
    "Lamp", "Lamp", "lamp", "LAMP ", " 1234", "Heating  Setpoint 1", "Cellar\r\nlight", "Tab\tand\u00a0blank", "",
    "   ", "<script>alert(1)</script>", '=HYPERLINK("http://evil.example","x")', "+1", "-2", "@SUM(A1)",
    "Küche – Spüle ½ 🚿", "null", "yes", "1.10", "012", "*anchor", "&anchor", "!tag", "# none", "key: value",
    "- item", "{a: b}", "[1]",
    "'quoted'", '"quoted"', "%TAG", "|", ">", "~", "::error::x", "##[error]x", "`code` | cell", "a\u202eb",
    "nul\u0000x", "\x1b[31mred", "half \ud800 of one", "Lamp 1", "lamp-1", "\u65e5\u672c\u8a9e", "ß",
    "../../etc/passwd", "CON", "catalog", "${HOME}", "{{ 7*7 }}", "'; DROP TABLE devices; --", LONG,
)  # fmt: skip
PLACES = (
    ("Z-Wave", "Node 122"), ("Z-Net #1", "101"), ("Z-Net", "7"), ("Node 14", "Z-Wave"), ("Kitchen", "Node 5"),
    ("JowiHue", "Plugin"), ("Unknown", "Unknown"), ("", ""), (" Kitchen ", "Ground  Floor"),
    ("KITCHEN", "ground floor"),
    ("Küche\r\n", "Ground Floor"), ("<b>Attic</b>", "=1+1"), ("Kitchen", "Attic"), ("Garden", "Ground Floor"),
    (LONG[:300], "Attic"),
)  # fmt: skip


def named(name: str) -> Oddity:
    """A switch of this name, which the virtual ones of the vendor are."""
    return lambda house: void(house.add(name, "Kitchen", "Ground Floor", THINGS[-1]))


def placed(room: str, floor: str) -> Oddity:
    """A sensor in this place."""
    return lambda house: void(house.add("Odd Sensor", room, floor, THINGS[12]))


def orphan(house: "House") -> None:
    """A feature whose root the user may not see."""
    ref = house.add("Hidden Root", "Hall", "Ground Floor", THINGS[6])
    house.devices[:] = [each for each in house.devices if each["ref"] != ref]


def hidden(house: "House") -> None:
    """A root that is not shown, with its features."""
    for each in house.members(house.add("Service Switch", "Hall", "Ground Floor", THINGS[2])):
        each["hide_from_view"] = True


def hidden_feature(house: "House") -> None:
    """A feature that is not shown, of a root that is."""
    house.members(house.add("Porch Lock", "Front Porch", "Outside", THINGS[6]))[1]["hide_from_view"] = True


def unclaimed(house: "House") -> None:
    """Features that name a root which does not name them."""
    house[house.add("Forgetful Root", "Hall", "Ground Floor", THINGS[3])]["associated_devices"] = []


def unnamed(house: "House") -> None:
    """Features that name nobody, of a root that names them."""
    for each in house.members(house.add("Silent Features", "Hall", "Ground Floor", THINGS[3]))[1:]:
        each["associated_devices"] = []


def circle(house: "House") -> None:
    """Two features that take each other for their root."""
    first, second = (house.add(name, "Loft", "Attic", THINGS[-1]) for name in ("Hen", "Egg"))
    house[first].update({"relationship": 4, "associated_devices": [second]})
    house[second].update({"relationship": 4, "associated_devices": [first]})


def itself(house: "House") -> None:
    """A root that is its own feature, and names one that is gone."""
    ref = house.add("Narcissus", "Loft", "Attic", THINGS[2])
    house[ref]["associated_devices"] += [ref, 999_999]


def of_a_feature(house: "House") -> None:
    """A feature of a feature."""
    ref = house.add("Deep", "Loft", "Attic", THINGS[6])
    house[ref + 2]["associated_devices"] = [ref + 1]


def disputed(house: "House") -> None:
    """A feature that two roots claim."""
    first = house.add("First Claim", "Loft", "Attic", THINGS[2])
    second = house.add("Second Claim", "Loft", "Attic", THINGS[2])
    house[second]["associated_devices"].append(first + 1)


def indeterminate(house: "House") -> None:
    """A relationship that says that it is unknown, and one that no version has."""
    for kind, name in ((1, "Indeterminate"), (7, "From The Future")):
        house[house.add(name, "Loft", "Attic", THINGS[-1])]["relationship"] = kind


def sentinel(house: "House") -> None:
    """Values and texts that HomeSeer shows by mistake, and a time that nobody can read."""
    house[house.add("Sentinel", "Loft", "Attic", THINGS[-1])].update({"value": -2147482651, "status": "-2147482651"})
    house[house.add("Timeless", "Loft", "Attic", THINGS[-1])]["last_change"] = "yesterday"
    house[house.add("Unsaid", "Loft", "Attic", THINGS[-1])].update(
        {
            "UserNote": None,
            "status": None,
            "associated_devices": None,
        }
    )


def plugin_words(house: "House") -> None:
    """Types that people have made up, and one that only a feature tells."""
    house.add("Mystery", "Study", "First Floor", THINGS[-1]._replace(type="JOJODEVICETYPE"))
    root = THINGS[6]._replace(type="Z-Wave Door Lock Root Device", features=LOCK)
    house.add("Cabinet Lock", "Study", "First Floor", root)
    meter = Feature("Thermometer", "", (513, 0, 0), 1, "1", "")
    house.add("Oven", "Kitchen", "Ground Floor", THINGS[13]._replace(features=(meter, SWITCH)))


def void(_: object) -> None:
    """Nothing."""


ODD: tuple[Oddity, ...] = (
    orphan, hidden, hidden_feature, unclaimed, unnamed, circle, itself, of_a_feature, disputed, indeterminate, sentinel,
    plugin_words, *(placed(*place) for place in PLACES), *(named(name) for name in NAMES),
)  # fmt: skip
"""All of it, the most common first."""
