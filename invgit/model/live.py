"""JSON Schemas that know what there is: those for editors, with the slugs of one inventory where references stand.

A site's schema has the slugs of the site, of its organization and of the catalog in it; what lies in the organization's
other sites stands once, in a file that the schemas of its sites refer to: they stay small whatever their number.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from invgit.model.entity import Address, Scope
from invgit.model.schema import DIALECT, offer, reference
from invgit.model.spec import KindSpec, specs

MOST = 5_000
"""So many names are offered in one list; of more only the form is checked.

Editors prove that no name stands twice, each against each: with two lists of 5,000 yaml-language-server opens the first
file in 1.5 s, with 10,000 in 12 s.
"""

CATALOG = "catalog.schema.json"
# What YAML 1.2 takes for a number (core schema) and a slug can be: editors compare numbers with numbers
_TYPED = re.compile(r"(?P<int>[0-9]+)|0x(?P<hex>[0-9a-f]+)|0o(?P<oct>[0-7]+)|(?P<float>[0-9]+e[0-9]{1,3})")
_WORDS = {"true": True, "false": False}


# An empty `enum` is no schema to editors, and of a `not` they say nothing that helps
_NOTHING = {"type": "string", "pattern": "(?!)", "patternErrorMessage": "there is none yet"}


class Named(NamedTuple):
    """A thing that can be referred to, and what people call it."""

    address: Address
    label: str


def site_file(path: str) -> str:
    """The schema of a site's files, by the path of the site."""
    return f"sites/{path}.schema.json"


def organization_file(slug: str) -> str:
    """The schema of an organization's own files."""
    return f"organizations/{slug}.schema.json"


def _names_file(slug: str) -> str:
    return f"organizations/{slug}.names.json"


def live(static: Mapping[str, Any], named: Iterable[Named], folders: Iterable[str]) -> dict[str, Any]:
    """Every schema of an inventory by its file: of the catalog, and of the folders of organizations and sites.

    `static` are the schemas of `schema.documents`; they are not changed.
    """
    names = _Names(named)
    made = {CATALOG: _with(static["catalog"], names, "")}
    for folder in sorted({*folders, *(folder.partition("/")[0] for folder in folders)} - {""}):
        if "/" in folder:
            made[site_file(folder)] = _with(static["inventory"], names, folder)
        else:
            made[organization_file(folder)] = _with(static["organization"], names, folder)
            made[_names_file(folder)] = _elsewhere(names, folder)
    return made


class _Names:
    """What there is: label by slug, by kind and folder; and by `site/slug`, by kind and organization."""

    def __init__(self, named: Iterable[Named]) -> None:
        self.here: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self.organization: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for (kind, path), label in named:
            folder, _, slug = path.rpartition("/")
            self.here[kind, folder][slug] = label
            organization, slash, site = folder.partition("/")
            if slash:
                self.organization[kind, organization][f"{site}/{slug}"] = label


def _with(document: Mapping[str, Any], names: _Names, folder: str) -> dict[str, Any]:
    """A schema in which the references are those that can be written in a folder."""
    known = dict(document["definitions"])
    for kind, spec in specs().items():
        slugs = _near(spec, names, folder)
        if reference(kind) in known:
            ways = [*([_one_of(slugs)] if slugs else []), *_far(spec, folder, own=bool(slugs))]
            known[reference(kind)] = {"anyOf": ways} if len(ways) > 1 else ways[0] if ways else _one_of(slugs)
        if offer(kind) in known:
            known[offer(kind)] = _one_of(slugs)
    return {**document, "definitions": known}


def _near(spec: KindSpec, names: _Names, folder: str) -> dict[str, str]:
    """What a bare slug can mean in a folder: it is looked for in the site, in the organization, in the catalog."""
    organization, slash, _ = folder.partition("/")
    above = {Scope.CATALOG: ""}
    if organization:
        above[Scope.ORGANIZATION] = organization
    if slash:
        above[Scope.SITE] = folder
    found: dict[str, str] = {}
    for scope, path in above.items():
        if scope in spec.scopes:
            found |= names.here[spec.name, path]
    return found


def _far(spec: KindSpec, folder: str, *, own: bool) -> list[dict[str, Any]]:
    """What `site/slug` can mean there. What stays in its site needs no site before it, but may have its `own`."""
    organization, slash, site = folder.partition("/")
    if not organization or Scope.SITE not in spec.scopes:
        return []
    if slash and not spec.cls.crosses:
        return [{"type": "string", "pattern": f"^{site}/[a-z0-9-]+$"}] if own else []
    up = "../../" if slash else "../"
    return [{"$ref": f"{up}{_names_file(organization)}#/definitions/{spec.name}"}]


def _elsewhere(names: _Names, organization: str) -> dict[str, Any]:
    kinds = [kind for kind, spec in specs().items() if Scope.SITE in spec.scopes and not spec.single]
    definitions = {kind: _one_of(names.organization[kind, organization]) for kind in kinds}
    return {"$schema": DIALECT, "title": f"What is in the sites of {organization}", "definitions": definitions}


def _one_of(labels: Mapping[str, str]) -> dict[str, Any]:
    """One of these names; an editor that types what it reads may see a number."""
    if len(labels) > MOST:
        return {"type": ["string", "number", "boolean"], "pattern": "^[a-z0-9-]+(/[a-z0-9-]+)?$"}
    if not labels:
        return _NOTHING
    typed = {(type(value) is bool, value): label for slug, label in labels.items() for value in _as_typed(slug)}
    known = [*sorted(labels.items()), *((value, label) for (_, value), label in typed.items())]
    return {"enum": [value for value, _ in known], "enumDescriptions": [label for _, label in known]}


def _as_typed(slug: str) -> tuple[bool | int | float, ...]:
    """What an editor makes of a slug, where that is no text; `1` and `01` are the same to it."""
    if slug in _WORDS:
        return (_WORDS[slug],)
    found = _TYPED.fullmatch(slug)
    if found is None:
        return ()
    base = {"int": 10, "hex": 16, "oct": 8}.get(found.lastgroup or "")
    value = int(found[found.lastgroup or 0], base) if base else float(slug)
    return (value,) if abs(value) < 2**53 else ()
