"""Strings that programs stumble over, and an inventory that has each of them in every text field of every kind."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from support_cases import CASES

from invgit.model.entity import Scope
from invgit.model.spec import FieldSpec, KindSpec, specs

_REQUIRED: dict[str, dict[str, object]] = {
    "device": {"name": "D", "type": "x"},
    "connection": {"from": "a", "to": "b"},
    "reservation": {"network": "lan", "ip": "10.0.0.1"},
    "homeseer-rule": {"when": "{api: 1}", "ignore": "true"},
}
BASE = {
    "home/organization.yaml": "organization: {name: Home}\n",
    "home/house/site.yaml": "site: {name: House}\ndevices: {a: {name: A, type: a}, b: {name: B, type: b}}\n"
    "networks: {lan: {name: LAN, cidr: 10.0.0.0/8}}\n",
}


@cache
def naughty() -> tuple[str, ...]:
    """The strings, `⟨1F⟩` standing for a character by its number."""
    lines = (CASES / "naughty.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        re.sub(r"⟨([0-9A-F]+)⟩", lambda found: chr(int(found[1], 16)), line)
        for line in lines
        if line and not line.startswith("#")
    )


@dataclass(frozen=True)
class Put:
    """A string that was put somewhere: the kind and path of its entity, the field, and the file and line."""

    text: str
    kind: str
    path: str
    field: FieldSpec
    file: str
    line: int

    def found_in(self, values: object) -> bool:
        """Whether the entity holds the string exactly as it is."""
        value = getattr(values, self.field.attribute)
        if self.field.base == "json":
            key = unicodedata.normalize("NFC", self.text)  # two spellings of one key are one key
            return bool(value == {"key": {key: "x"}, "list": [self.text], "value": self.text})
        return bool(value == {"one": self.text, "list": (self.text,), "map": {"a": self.text}}[self.field.many])


def _groups(spec: KindSpec) -> Iterator[list[FieldSpec]]:
    """The fields of a kind that hold any text, those with the same limits together."""
    found: dict[str, list[FieldSpec]] = {}
    for field in spec.declarable:
        free = field.scalar is not None and field.scalar.check is None and not field.scalar.what.startswith("a slug")
        if field.base == "json" or (field.base == "scalar" and free):
            found.setdefault(field.sql if field.many == "one" else field.name, []).append(field)
    yield from found.values()


def _value(field: FieldSpec, text: str) -> str:
    said = json.dumps(text)
    if field.base == "json":
        return f"{{value: {said}, list: [{said}], key: {{? {said} : x}}}}"
    return {"one": said, "list": f"[{said}]", "map": f"{{a: {said}}}"}[field.many]


def everywhere(texts: tuple[str, ...]) -> tuple[dict[str, str], list[Put]]:
    """The files of an inventory with every string in every field, and where it was put."""
    files, put = dict(BASE), []
    for number, text in enumerate(texts):
        for spec in specs().values():
            for at, group in enumerate(_groups(spec)):
                slug = f"s{number}-{at}"
                folder = {"organization": slug, "site": f"home/{slug}"}.get(spec.name, "home/house")
                folder = "catalog" if Scope.CATALOG in spec.scopes else folder
                file = f"{folder}/{spec.name}-{slug}.yaml"
                path = {"organization": slug, "site": f"home/{slug}"}.get(spec.name, f"{folder}/{slug}")
                lines = [f"{spec.key}:"] if spec.single else [f"{spec.key}:", f"  {slug}:"]
                given = {field.name for field in group}
                for name, value in _REQUIRED.get(spec.name, {"name": f"N {slug}"}).items():
                    lines += [] if name in given else [f"    {name}: {value}"]
                for field in group:
                    lines.append(f"    {field.name}: {_value(field, text)}")
                    put.append(Put(text, spec.name, path.removeprefix("catalog/"), field, file, len(lines)))
                files[file] = "\n".join(lines) + "\n"
    return files, put
