"""What changes nothing: the order of files and keys, where a file is split, comments, quotes, line breaks."""

import json
import re
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from support_cases import codes, compile_files, compile_text
from support_strategies import inventories

from invgit.diagnostics import has_errors
from invgit.model.spec import specs

Files = dict[str, str | bytes]
SEEDS = st.integers(0, 2**32 - 1)
SINGLE = {spec.key for spec in specs().values() if spec.single}
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NOT_PLAIN = {"null", "Null", "NULL", "true", "false"}


def digest(files: Files) -> str:
    """The fingerprint of what files describe; they have no errors."""
    compiled = compile_files(files)
    assume("secret" not in codes(compiled))  # a key made by chance may be a word such as `psk`
    assert not has_errors(compiled.diagnostics), compiled.diagnostics
    return compiled.inventory.digest


def documents(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    return {path: json.loads(text) for path, text in files.items()}


def as_json(documents: dict[str, Any]) -> Files:
    return {path: json.dumps(document, ensure_ascii=False) for path, document in documents.items()}


@given(inventories(), SEEDS)
def test_where_files_are_split_does_not_matter(files: dict[str, str], seed: int) -> None:
    """Every entity in a file of its own, in a folder of any name."""
    chance, split = Random(seed), {}
    for path, document in documents(files).items():
        folder = "/".join(path.split("/")[: 1 if path.startswith("catalog/") or path.count("/") == 1 else 2])
        for key, content in document.items():
            parts = [content] if key in SINGLE else [{slug: fields} for slug, fields in content.items()]
            for part in parts:
                below = chance.choice(["", "a/b/", "Z z/"]) if folder.count("/") or folder == "catalog" else ""
                split[f"{folder}/{below}{len(split):03}-{chance.randrange(9)}.yml"] = {key: part}
    assert digest(as_json(split)) == digest(files)


@given(inventories(), SEEDS)
def test_order_does_not_matter(files: dict[str, str], seed: int) -> None:
    """Files sorted otherwise, keys shuffled at every level."""
    chance = Random(seed)

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            items = [(key, shuffled(item)) for key, item in value.items()]
            chance.shuffle(items)
            return dict(items)
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    mixed = {}
    for path, document in documents(files).items():
        folder, _, name = path.rpartition("/")
        mixed[f"{folder}/{chance.randrange(100)}-{name}"] = shuffled(document)
    assert digest(as_json(mixed)) == digest(files)


class Writer:
    """Writes values as YAML in any of its styles."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def scalar(self, value: Any) -> str:
        if value is None:
            return self.chance.choice(["null", ""])
        if not isinstance(value, str):
            return json.dumps(value)
        if PLAIN.fullmatch(value) and value not in NOT_PLAIN and self.chance.random() < 0.7:
            return value
        if "\n" not in value and "\t" not in value and self.chance.random() < 0.5:
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=self.chance.random() < 0.5 and value.isascii())

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            inner = ", ".join(f"{self.key(key)}: {self.flow(item)}" for key, item in value.items())
            return f"{{{inner}}}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(item) or "null" for item in value) + "]"
        return self.scalar(value)

    def key(self, key: str) -> str:
        return self.scalar(key)

    def block(self, value: Any, indent: int) -> str:
        """After a colon or a dash."""
        space = " " * indent
        if not value or not isinstance(value, dict | list) or self.chance.random() < 0.2:
            return f" {self.flow(value)}{self.chance.choice(['', '  # a comment: here', ' '])}\n"
        lines = []
        for key, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
            if self.chance.random() < 0.1:
                lines.append(self.chance.choice(["\n", f"{space}# x: y\n", "# at the margin\n"]))
            lines.append(f"{space}{'-' if key is None else self.key(key) + ':'}{self.block(item, indent + 2)}")
        return "\n" + "".join(lines)


@given(inventories(), SEEDS)
def test_how_values_are_written_does_not_matter(files: dict[str, str], seed: int) -> None:
    """Blocks and braces, quotes and none, comments, CRLF, a byte order mark."""
    writer, written = Writer(seed), {}
    for path, document in documents(files).items():
        text = writer.block(document, 0).lstrip("\n ") if document else ""
        data = text.replace("\n", writer.chance.choice(["\n", "\r\n", "\r"])).encode()
        written[path] = writer.chance.choice([b"", b"\xef\xbb\xbf"]) + data
    assert digest(written) == digest(files)


@given(inventories())
def test_defaults_are_as_good_as_fields(files: dict[str, str]) -> None:
    """What all entities of a file and kind say alike may stand under `defaults:` once."""
    changed = {}
    for path, document in documents(files).items():
        defaults: dict[str, Any] = {}
        for key, content in document.items():
            if key in SINGLE or not content:
                continue
            alike = [set(fields) for fields in content.values()]
            shared = {
                name: value
                for name, value in next(iter(content.values())).items()
                if all(name in names for names in alike)
                and len({json.dumps(each[name], sort_keys=True) for each in content.values()}) == 1
            }
            for name in ("name", "waive", "renamed_from"):
                shared.pop(name, None)
            defaults[key] = shared
            document[key] = {
                slug: {name: value for name, value in fields.items() if name not in shared}
                for slug, fields in content.items()
            }
        changed[path] = {"defaults": defaults, **document}
    assert digest(as_json(changed)) == digest(files)


_PIECES = [
    b"devices", b"site", b"defaults", b"waive", b"interfaces", b"nas", b"name", b"type", b"network", b"refs", b"a",
    b": ", b":\n  ", b":\n    ", b"\n", b"\n  ", b"{", b"}", b"[", b"]", b", ", b"'", b'"', b"- ", b"password",
    b"&x", b"*x", b"10.0.0.1/24", b"null", b"\xff", b"\x00", "é".encode(), b"#", b"!", b"://u:p@", b"house/nas",
]  # fmt: skip
_BYTES = st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(_PIECES), max_size=30).map(b"".join))


@given(_BYTES, st.sampled_from(["home/house/x.yaml", "home/x.yaml", "catalog/x.yaml", "x.yaml"]))
def test_any_bytes_are_understood_or_refused(data: bytes, path: str) -> None:
    for each in compile_text(data, path).diagnostics:
        assert each.place.line >= 1
        assert each.place.column >= 1
        assert each.line is None or each.place.column <= len(each.line) + 1


_ANY = st.recursive(
    st.sampled_from([None, "", "x", "1", "null", "10.0.0.0/24", "house/x", "2020-01-01", "a" * 300]),
    lambda some: st.lists(some, max_size=2)
    | st.dictionaries(
        st.sampled_from(sorted({field.name for spec in specs().values() for field in spec.fields})), some
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*(spec.key for spec in specs().values()), "defaults"]), _ANY))
def test_any_shape_is_understood_or_refused(document: dict[str, Any]) -> None:
    for path in ("home/house/x.yaml", "home/x.yaml", "catalog/x.yaml"):
        assert codes(compile_text(json.dumps(document), path)) is not None
