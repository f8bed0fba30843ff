"""Locations of a controller, and the zones of its site: which is which, and which zones there are none of yet."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from invgit.model.entity import Entity
from invgit.model.findings import MOST_OF_KEY, Finding
from invgit.model.inventory import Inventory
from invgit.model.kinds import Zone
from invgit.model.mapping import compared
from invgit.model.slugs import slugified
from invgit.model.spec import specs
from invgit.sources.homeseer.answers import Session
from invgit.sources.homeseer.collapse import Device
from invgit.sources.homeseer.odd import Odd
from invgit.sources.homeseer.settings import Room
from invgit.text.written import inline

_ROOM = frozenset({"room", "rooms"})
_FLOOR = frozenset({"floor", "level", "storey", "story", "building"})
_TYPES = frozenset(specs()["zone"].by_name["type"].choices)
_SIGNS = re.compile(r"[\W_]+")
_LIMIT = 255


class Spot(NamedTuple):
    """Where a device is by its controller: room and floor as texts, empty where it does not say."""

    room: str = ""
    floor: str = ""


class Stands(NamedTuple):
    """The zone of a spot: the path of one that is there, or the key of the finding of one that is not."""

    path: str | None = None
    key: str | None = None


class Levels(NamedTuple):
    """Which of the two locations is the room, and of what types the zones are that rooms and floors become."""

    room_first: bool
    single: bool
    room: str
    floor: str

    def spot(self, device: Device, odd: Odd) -> Spot:
        """Where a device is."""
        places = (device.location, None if self.single else device.location2)
        texts = [odd.text(each or "", _LIMIT, "A location", device.ref) for each in places]
        room, floor = texts if self.room_first else reversed(texts)
        return Spot(room, floor)


def levels(session: Session, room: Room | None) -> Levels:
    """How a controller orders its locations: by the word of the settings, by its labels, else by their order.

    HomeSeer shows the wider of the two first, and that is `location2` unless somebody has changed it.
    """
    labels = (words(session.label1 or ""), words(session.label2 or ""))
    is_room, is_floor = ([bool(known & set(each.split())) for each in labels] for known in (_ROOM, _FLOOR))
    if room:
        first = room == "location1"
    elif is_room[0] != is_room[1]:
        first = is_room[0]
    elif is_floor[0] != is_floor[1]:
        first = is_floor[1]
    else:
        first = session.first_is_location1 is not True
    inner, outer = labels if first else (labels[1], labels[0])
    single = session.uses_location2 is False and room is None
    return Levels(
        True if single else first,
        single,
        inner if inner in _TYPES else "room",
        outer if outer in _TYPES else "floor",
    )


def words(text: str) -> str:
    """A name as two are the same: neither letter case, blanks nor signs matter."""
    plain = compared(text)
    return _SIGNS.sub(" ", plain.replace("'", "").replace("\u2019", "")).strip() or plain


@dataclass
class Places:
    """The zones of a site by what they are called, and those that it lacks."""

    site: str
    zones: Mapping[str, Entity[Zone]]
    levels: Levels
    odd: Odd
    named: dict[str, list[str]] = field(default_factory=dict)
    above: dict[str, frozenset[str]] = field(default_factory=dict)
    lacking: dict[str, Finding] = field(default_factory=dict)
    known: dict[tuple[str, str, str | None], Stands] = field(default_factory=dict)

    @classmethod
    def of(cls, inventory: Inventory, site: str, levels: Levels, odd: Odd) -> "Places":
        """The zones that a site has."""
        zones = {each.address.path: each for each in inventory.of(Zone) if each.address.site == site}
        made = cls(site, zones, levels, odd)
        for path, zone in zones.items():
            made.above[path] = frozenset(_above(path, zones))
            for name in {words(zone.values.name), words(zone.address.slug)}:
                made.named.setdefault(name, []).append(path)
        return made

    def zone(self, slug: str | None) -> str | None:
        """The path of a zone of the site by its slug, as rules name it."""
        path = f"{self.site}/{slug}"
        return path if slug and path in self.zones else None

    def find(self, spot: Spot, floor_zone: str | None, ref: int) -> Stands | None:
        """Where a spot is; None where it is none, or could be several zones. `floor_zone` is what a rule calls it."""
        if not spot.room and not spot.floor:
            return None
        known = (words(spot.room), words(spot.floor), floor_zone)
        if known not in self.known:
            self.known[known] = self._find(spot, floor_zone)
        found = self.known[known]
        if found == Stands():
            self.odd.tell("A location could be several zones; a rule can say which", ref)
        elif found.key and spot.room and spot.floor and not floor_zone and self._is_elsewhere(spot):
            floor = inline({"floor": spot.floor})
            self.odd.tell(
                f"There is such a room, but no floor {inline(spot.floor)}; if that is another name of one, a rule under"
                f" `homeseer:` in the catalog can say so, my-floor: {{when: {floor}, zone: …}}",
                ref,
            )
        return found

    def _find(self, spot: Spot, floor_zone: str | None) -> Stands:
        floors = [floor_zone] if floor_zone else self._floors(spot.floor)
        if not spot.room:
            return self._one(floors) or self._lacks(spot, self.levels.floor)
        named = self._named(spot.room)
        if spot.floor:  # then a room of another floor is another one
            on = [each for each in named if any(floor in self.above[each] for floor in floors)]
            named = on or [each for each in named if each not in floors and not self._is_on_a_floor(each)]
        if found := self._one(named):
            return found
        return self._lacks(spot, self.levels.room, floors) if len(floors) < 2 else Stands()

    def _is_elsewhere(self, spot: Spot) -> bool:
        """Whether only the floor is not known."""
        return not self._floors(spot.floor) and bool(self._named(spot.room))

    @staticmethod
    def _one(paths: list[str]) -> Stands | None:
        """The only one of some zones; None of none, and nothing of several."""
        return Stands(paths[0] if len(paths) == 1 else None) if paths else None

    def _floors(self, text: str) -> list[str]:
        """The zones that a floor can be, those that look most like one."""
        named = self._named(text) if text else []
        typed = [each for each in named if self.zones[each].values.type == self.levels.floor]
        return typed or [each for each in named if not self.zones[each].values.parent] or named

    def _named(self, text: str) -> list[str]:
        slug = slugified(text)
        path = f"{self.site}/{slug}"
        # a slug that lost letters of other scripts says nothing
        whole = [path] if len(slug) >= len(words(text)) and path in self.zones else []
        return sorted({*self.named.get(words(text), ()), *whole})

    def _is_on_a_floor(self, path: str) -> bool:
        return any(self.zones[each].values.type == "floor" for each in self.above[path])

    def _lacks(self, spot: Spot, kind: str, floors: Iterable[str] = ()) -> Stands:
        """What is to be added for a spot, on a floor that is there or is to be added, too."""
        text = spot.room or spot.floor
        said = {"name": text, "type": words(text) if words(text) in _TYPES else kind}
        needs: tuple[str, ...] = ()
        for floor in floors:
            said["parent"] = floor
        if spot.room and spot.floor and "parent" not in said:
            above = self._lacks(Spot(floor=spot.floor), self.levels.floor)
            needs = (above.key,) if above.key else ()
        key = _key(spot)
        evidence = {name: value for name, value in (("room", spot.room), ("floor", spot.floor)) if value}
        self.lacking[key] = Finding(key, Zone.kind, said, evidence, needs)
        return Stands(key=key)


def settled(spots: Mapping[int, Spot]) -> dict[int, Spot]:
    """Spots in the spelling of the lowest ref; a room without a floor is on the only floor that others give it.

    What is room and floor at once is a floor.
    """
    spelt: dict[str, str] = {}
    floors: dict[str, set[str]] = {}
    for _, spot in sorted(spots.items()):
        for text in spot:
            spelt.setdefault(words(text), text)
        if words(spot.room) != words(spot.floor) and spot.room and spot.floor:
            floors.setdefault(words(spot.room), set()).add(words(spot.floor))
    made = {}
    for ref, spot in spots.items():
        room, floor = words(spot.room), words(spot.floor)
        if room == floor:
            room = ""
        if room and not floor and len(floors.get(room, ())) == 1:
            (floor,) = floors[room]
        made[ref] = Spot(spelt.get(room, ""), spelt.get(floor, ""))
    return made


def _above(path: str, zones: Mapping[str, Entity[Zone]]) -> Iterable[str]:
    """The zones that one is part of; a circle ends where it began."""
    found: dict[str, None] = {}
    at = zones[path].values.parent
    while at and at in zones and at not in found:
        found[at] = None
        at = zones[at].values.parent
    return found


def _key(spot: Spot) -> str:
    """What the controller calls a place, unlike all others: `location:ground/kitchen`, `location:ground/`."""
    room, floor = (words(text).replace("%", "%25").replace("/", "%2F") for text in spot)
    key = f"location:{floor}/{room}" if floor else f"location:{room}"
    return key if len(key) <= MOST_OF_KEY else f"location:%{sha256(key.encode()).hexdigest()}"
