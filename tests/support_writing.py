"""One inventory in many styles: blocks and braces, every way to quote, comments, line breaks, files split and merged,
values that stand once under `defaults:`. All of them mean the same."""

import json
import re
from random import Random
from typing import Any

from support_strategies import Document, Tree
from support_values import likely

from invgit.model.spec import specs

SINGLE = {spec.key for spec in specs().values() if spec.single}
_FREE = {"metadata", "configuration"}
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BARE = re.compile(r"[A-Za-z0-9ü/][A-Za-z0-9ü_./+@=-]*(?:[: ][A-Za-z0-9ü_./+@=]+)*")
"""Text that needs no quotes where the reader types nothing: numbers, dates, MAC addresses, sentences."""
_NAMES = ("0.yml", "1.yaml", "2.YAML", "ü.Yml", "a b.yaml")
_NOT_BARE = {"null", "Null", "NULL", "true", "false"}


class Writer:
    """Writes documents as YAML in any of its styles."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def document(self, document: Document) -> bytes:
        """One file."""
        text = (
            self.block(document, 0, free=False).lstrip("\n ") if document else self.chance.choice(["", "{}\n", "# x\n"])
        )
        if document and likely(self.chance, 0.2):
            text = f"---\n{text}"
        if likely(self.chance, 0.2):
            text = f"# yaml-language-server: $schema=x\n\n{text}"
        if likely(self.chance, 0.1) and not re.search(r"[|>]\n", text):
            text = text.removesuffix("\n")
        mark = self.chance.choice([b"", b"", b"\xef\xbb\xbf"])
        return mark + text.replace("\n", self.chance.choice(["\n", "\n", "\r\n", "\r"])).encode()

    def scalar(self, value: Any, *, free: bool, flow: bool) -> str:
        """A value on one line; in free-form fields what has no quotes may be more than text."""
        if value is None:
            return self.chance.choice(["null", "" if not flow else "null"])
        if not isinstance(value, str):
            return json.dumps(value)
        bare = (_WORD if free else _BARE).fullmatch(value) and value not in _NOT_BARE
        if bare and likely(self.chance, 0.6):
            return value
        if "\n" not in value and "\t" not in value and likely(self.chance, 0.5):
            return "'" + value.replace("'", "''") + "'"
        return self.double(value)

    def double(self, value: str) -> str:
        """In double quotes, some characters by their number."""
        text = json.dumps(value, ensure_ascii=False)
        if not likely(self.chance, 0.3):
            return text
        number = ["\\U{:08x}".format, "\\U{:08X}".format]
        return "".join(
            self.chance.choice(number)(ord(each)) if not each.isascii() or (each.isalpha() and text[at - 1] != "\\"
                                                                            and likely(self.chance, 0.1)) else each
            for at, each in enumerate(text)
        ) if "\\" not in value else text  # fmt: skip

    def flow(self, value: Any, *, free: bool) -> str:
        """In braces and brackets, perhaps over several lines."""
        gap = self.chance.choice([" ", " ", "\n" + " " * 30])
        if isinstance(value, dict):
            items = [f"{self.key(key)}: {self.flow(item, free=free or key in _FREE)}" for key, item in value.items()]
            return "{" + f",{gap}".join(items) + ("," if items and likely(self.chance, 0.1) else "") + "}"
        if isinstance(value, list):
            return "[" + f",{gap}".join(self.flow(item, free=free) for item in value) + "]"
        return self.scalar(value, free=free, flow=True)

    def key(self, key: str) -> str:
        """A key, which is text always."""
        if _WORD.fullmatch(key) and key not in _NOT_BARE and likely(self.chance, 0.7):
            return key
        return self.double(key) if likely(self.chance, 0.5) or "\t" in key else "'" + key.replace("'", "''") + "'"

    def block(self, value: Any, indent: int, *, free: bool) -> str:
        """What stands after a colon or a dash."""
        space = " " * indent
        comment = self.chance.choice(["", "", "  # a comment: here", " ", " # é"])
        if isinstance(value, str) and "\n" in value and indent and likely(self.chance, 0.7):
            found = self.literal(value, indent)
            if found:
                return found
        if not value or not isinstance(value, dict | list) or likely(self.chance, 0.15):
            return f" {self.flow(value, free=free)}{comment}\n"
        lines = []
        step = self.chance.choice([1, 2, 2, 2, 4, 7])
        if isinstance(value, list):
            return f"{comment}\n" + "".join(f"{space}-{self.block(each, indent + step, free=free)}" for each in value)
        for key, item in value.items():
            if likely(self.chance, 0.1):
                lines.append(self.chance.choice(["\n", f"{space}# x: y\n", "# at the margin\n", "   \n"]))
            colon = self.chance.choice([":", ":", ":", " :"])
            inner = self.block(item, indent + step, free=free or key in _FREE)
            lines.append(f"{space}{self.key(key)}{colon}{inner}")
        return f"{comment}\n" + "".join(lines)

    def literal(self, value: str, indent: int) -> str | None:
        """As a literal or folded block, where that can say it."""
        body = value.rstrip("\n")
        ends = len(value) - len(body)
        lines = body.split("\n")
        if any(each != each.strip(" ") or (each and not each.strip()) for each in lines) or not lines[0]:
            return None
        if ends > 1:
            return None  # blank lines that follow would be part of it
        chomp = "" if ends else "-"
        folded = likely(self.chance, 0.4) and not any(each.startswith("\t") for each in lines)
        space = " " * indent
        if folded:
            lines = [_folded(self.chance, each) for each in re.sub(r"\n+", r"\g<0>\n", body).split("\n")]
        text = "\n".join(f"{space}{each}" if each else "" for line in lines for each in line.split("\n"))
        return f" {'>' if folded else '|'}{chomp}\n{text}\n"


def _folded(chance: Random, line: str) -> str:
    """A line that may break at a single blank."""
    return re.sub(r"(?<=\S) (?=\S)", lambda _: chance.choice([" ", " ", "\n"]), line)


def shuffled(chance: Random, value: Any) -> Any:
    """The same, the keys of every mapping in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(chance, item)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(chance, item) for item in value] if isinstance(value, list) else value


def split(chance: Random, tree: Tree) -> Tree:
    """The same entities in other files: some alone, some together, in folders of any name."""
    made = Tree()
    for path, document in tree.items():
        site = path.count("/") > 1
        folder = "/".join(path.split("/")[: 2 if site else 1])
        nested = site or folder == "catalog"
        for key, content in document.items():
            parts = [(None, content)] if key in SINGLE else list(content.items())
            for slug, fields in parts:
                below = chance.choice(["", "a/b/", "Z z/", "1.d/"]) if nested else ""
                target = made.setdefault(f"{folder}/{below}{chance.choice(_NAMES)}", {})
                if slug is None:
                    target[key] = fields
                else:
                    target.setdefault(key, {})[slug] = fields
            if not parts and likely(chance, 0.5):
                made.setdefault(f"{folder}/empty.yaml", {})[key] = chance.choice([None, {}])
    return made


def with_defaults(chance: Random, tree: Tree) -> Tree:
    """The same, what several entities of a file say alike said once; who says nothing says so."""
    types = {slug for document in tree.values() for slug in document.get("device_types") or {}}
    made = Tree()
    for path, document in tree.items():
        defaults: Document = {}
        changed = dict(document)
        for key, content in document.items():
            if key in SINGLE or not content or not likely(chance, 0.7):
                continue
            entities = {slug: dict(fields) for slug, fields in content.items()}
            common = _common(chance, key, list(entities.values()), types)
            if common or likely(chance, 0.2):
                defaults[key], changed[key] = common or chance.choice([{}, None]), entities
        made[path] = {"defaults": defaults, **changed} if defaults or likely(chance, 0.1) else changed
    return made


def _common(chance: Random, key: str, entities: list[Document], types: set[str]) -> Document:
    """Take out of entities of a kind what can stand once above them."""
    spec = next(spec for spec in specs().values() if spec.key == key)
    common: Document = {}
    inherits = [each for each in entities if each.get("type") in types and key == "devices"]
    for field in spec.declarable:
        found = [each[field.name] for each in entities if each.get(field.name) is not None]
        if not found or field.directive or field.name == "name" or not likely(chance, 0.6):
            continue
        if field.mergeable or field.record is not None:
            if len(found) == len(entities) and all(each == found[0] for each in found):
                common[field.name] = found[0]
                for each in entities:
                    del each[field.name]
            continue
        untold = [each for each in entities if field.name not in each]
        if any(each is other for each in untold for other in inherits):
            continue  # there, to say nothing is to inherit
        usual = chance.choice(found)
        common[field.name] = usual
        for each in untold:
            each[field.name] = field.default if field.nullable else None
        for each in entities:
            if each[field.name] is not None and json.dumps(each[field.name]) == json.dumps(usual):
                del each[field.name]
    return common


def written(chance: Random, tree: Tree) -> dict[str, bytes]:
    """The same inventory, written otherwise in every way there is."""
    other = split(chance, tree) if likely(chance, 0.8) else tree
    other = with_defaults(chance, other) if likely(chance, 0.8) else other
    other = shuffled(chance, other) if likely(chance, 0.8) else other
    return {path: Writer(chance).document(document) for path, document in other.items()}
