"""Files as people write them: every style of YAML at once, and which characters belong to which entity."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from invgit.text import written
from invgit.text.document import Quoted

_REMARKS = ("the old one", "TODO: label it", "see {closet}, 'left'", "a: b, [c]", "é – “quoted”", "#", "")
_TEXTS = ("NAS", 'it\'s the "big" one', "a: b", "x # y", "true", "no", "012", "11:22:33", "null", "é", "- a", "80", "")


@dataclass(slots=True)
class Messy:
    """A text, what it says, and of each entity the characters that are its own."""

    text: str = ""
    value: dict[str, Any] = field(default_factory=dict)
    spans: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    in_braces: set[str] = field(default_factory=set)
    """The kinds whose entities stand in braces, with commas between them."""


class Writer:
    """Writes one file; all choices come from `random`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.made = Messy()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def remark(self) -> str:
        return f"{' ' * self.random.randint(1, 4)}# {self.random.choice(_REMARKS)}" if self.chance(0.3) else ""

    def blank(self) -> str:
        return "\n" * self.random.choice((0, 0, 1, 1, 2))

    def comments(self, column: int) -> str:
        lines = [f"{' ' * column}# {self.random.choice(_REMARKS)}" for _ in range(self.random.choice((0, 0, 1, 2)))]
        return "".join(f"{line}\n" for line in lines)

    def scalar(self, value: Any, *, flow: bool) -> str:
        """One value in any quotes that keep it what it is."""
        plain = written.scalar(value, flow=flow)
        if value is None:
            return "null"
        if isinstance(value, Quoted) or plain[:1] in {'"', "'"} or self.chance(0.3):
            simple = "\\" not in value and "\n" not in value
            if isinstance(value, Quoted) or not _typed(value):
                return "'" + value.replace("'", "''") + "'" if simple and self.chance(0.5) else _double(value)
        return plain

    def inline(self, value: Any) -> str:
        """A value in braces, brackets or quotes."""
        space = " " * self.random.choice((0, 0, 1))
        if isinstance(value, dict):
            inside = ", ".join(f"{written.key(name)}: {self.inline(item)}" for name, item in value.items())
            return f"{{{space}{inside}{',' if inside and self.chance(0.2) else ''}{space}}}"
        if isinstance(value, list):
            return f"[{space}{', '.join(map(self.inline, value))}{space}]"
        return self.scalar(value, flow=True)

    def fields(self, values: dict[str, Any], column: int) -> str:
        """Fields in lines of their own, in column `column`."""
        lines = ""
        for name, value in values.items():
            begin = f"{self.comments(column)}{' ' * column}{written.key(name)}:"
            gap = " " * self.random.choice((1, 1, 1, 3))
            if isinstance(value, dict) and value and self.chance(0.6):
                lines += f"{begin}{self.remark()}\n{self.fields(value, column + self.random.choice((1, 2, 4)))}"
            elif isinstance(value, list) and value and self.chance(0.6):
                inside = " " * (column + self.random.choice((0, 2)))
                items = "".join(f"{inside}-{gap}{self.scalar(item, flow=False)}{self.remark()}\n" for item in value)
                lines += f"{begin}{self.remark()}\n{items}"
            elif isinstance(value, str) and value.isalnum() and not _typed(value) and self.chance(0.2):
                inside = " " * (column + 2)
                lines += f"{begin}{gap}{self.random.choice(('|-', '>-'))}\n{inside}{value}\n{self.blank()}"
            elif value is None and self.chance(0.5):
                lines += f"{begin}{self.remark()}\n"
            elif isinstance(value, dict | list):
                lines += f"{begin}{gap}{self.inline(value)}{self.remark()}\n"
            else:
                lines += f"{begin}{gap}{self.scalar(value, flow=False)}{self.remark()}\n"
        return lines + (f"{' ' * column}# the end\n" if self.chance(0.1) else "")

    def entity(self, kind: str, slug: str, values: dict[str, Any], column: int) -> None:
        """An entity in lines of its own."""
        start = len(self.made.text)
        begin = f"{self.comments(column)}{' ' * column}{slug}:"
        if values and self.chance(0.7):
            text = f"{begin}{self.remark()}\n{self.fields(values, column + self.random.choice((1, 2, 4)))}"
        else:
            text = f"{begin} {self.inline(values)}{self.remark()}\n"
        self.made.text += text
        self.made.spans[kind, slug] = (start, len(self.made.text))

    def kind(self, kind: str, entities: dict[str, dict[str, Any]]) -> None:
        """All entities of a kind: below its key, or in braces."""
        if self.chance(0.15):
            self.made.text += f"{kind}: {{"
            self.made.in_braces.add(kind)
            for number, (slug, values) in enumerate(entities.items()):
                self.made.text += (",\n  " if self.chance(0.5) else ", ") if number else ""
                start = len(self.made.text)
                self.made.text += f"{slug}: {self.inline(values)}"
                self.made.spans[kind, slug] = (start, len(self.made.text))
            self.made.text += "}\n"
            return
        column = self.random.choice((1, 2, 2, 4))
        self.made.text += f"{kind}:{self.remark()}\n"
        for slug, values in entities.items():
            self.made.text += self.blank()
            self.entity(kind, slug, values, column)

    def file(self, value: dict[str, dict[str, dict[str, Any]]]) -> Messy:
        """The whole file."""
        self.made.value = value
        if self.chance(0.5):
            self.made.text = f"# yaml-language-server: $schema=x.json\n{self.comments(0)}\n"
        if self.chance(0.1):
            self.made.text += "---\n"
        for kind, entities in value.items():
            self.made.text += self.blank() + self.comments(0)
            self.kind(kind, entities)
        self.made.text += self.comments(0)
        if self.chance(0.15):
            self.made.text = self.made.text.removesuffix("\n")
        return self._with_carriage_returns() if self.chance(0.25) else self.made

    def _with_carriage_returns(self) -> Messy:
        made, text = self.made, self.made.text
        made.spans = {
            each: (start + text.count("\n", 0, start), end + text.count("\n", 0, end))
            for each, (start, end) in made.spans.items()
        }
        made.text = text.replace("\n", "\r\n")
        return made


def _typed(value: str) -> bool:
    """Whether quotes would make it something else."""
    return written.scalar(value) == value and written.scalar(Quoted(value)) != value and value in {"true", "80", "12"}


def _double(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def leaf(random: Random) -> Any:
    """A declared value."""
    value = random.choice((*_TEXTS, None, "x", "12", "plain words"))
    return Quoted(value) if value in {"true", "null", "80"} else value


def value_of(random: Random, depth: int = 0) -> Any:
    """A declared value of any shape."""
    shape = random.random()
    if depth < 2 and shape < 0.15:
        return {f"k{number}": value_of(random, depth + 1) for number in range(random.randint(0, 3))}
    if shape < 0.3:
        return [leaf(random) or "x" for _ in range(random.randint(0, 3))]
    return leaf(random)


def entity_of(random: Random) -> dict[str, Any]:
    """The fields of an entity."""
    names = random.sample(["name", "type", "mac", "zone", "tags", "refs", "notes", "metadata"], random.randint(0, 6))
    return {name: value_of(random) for name in names}


def messy(random: Random) -> Messy:
    """A whole file."""
    kinds = random.sample(["devices", "networks", "zones", "reservations"], random.randint(1, 3))
    slugs = [f"{letter}{number}" for letter in "abc" for number in range(3)]
    value = {kind: {slug: entity_of(random) for slug in random.sample(slugs, random.randint(1, 4))} for kind in kinds}
    return Writer(random).file(value)
