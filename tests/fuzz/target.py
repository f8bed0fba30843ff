"""What a fuzzer tries: bytes as a file of an inventory, read and checked. Only diagnostics may come out."""

from support_cases import NOW

from invgit import check as checking
from invgit import read
from invgit.diagnostics import Diagnostic, arranged
from invgit.edit.form import formed
from invgit.text.decode import decode
from invgit.text.tree import parse

PATHS = ("home/house/x.yaml", "home/x.yaml", "catalog/x.yaml", "x.yaml")
_OWNERS = (
    read.RawFile("home/house/site.yaml", "inventory/home/house/site.yaml", b"site: {name: House}\n"),
    read.RawFile("home/organization.yaml", "inventory/home/organization.yaml", b"organization: {name: Home}\n"),
)


def findings(data: bytes, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The fingerprint of what bytes at a path compile to, and all that is wrong with them."""
    documents = read.parse_files([read.RawFile(path, f"inventory/{path}", data), *_OWNERS])
    inventory, refused = read.build(documents)
    found = checking.check(inventory, NOW, folders=() if documents.complete else documents.folders)
    return inventory.digest, arranged([*documents.problems, *refused, *found])


def check(data: bytes, path: str) -> None:
    """The oracle: every place lies inside of its file, reading twice gives the same, and so does its canonical form."""
    first = findings(data, path)
    for each in first[1]:
        assert each.code
        assert each.place.line >= 1 <= each.place.column
        assert (each.place.end_line, each.place.end_column) >= (each.place.line, each.place.column)
        if each.place.file.endswith(path):
            assert each.place.line <= data.count(b"\n") + data.count(b"\r") + 1, each
        assert each.line is None or each.place.column <= len(each.line) + 1, each
        if each.fix:
            assert 0 <= each.fix.span.start <= each.fix.span.end <= len(data), each
    assert findings(data, path) == first
    text, problem = decode(data)
    if not problem and not parse(text).problems:
        made = formed(text)
        assert not any(each.reason.startswith("in canonical form") for each in made.kept), made.kept
        assert formed(made.text).text == made.text
        assert findings(made.text.encode(), path)[0] == first[0]
