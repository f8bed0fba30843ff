"""Proposals as edits of the YAML: what is accepted is what was looked at, or nothing."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from invgit.edit.declared import text
from invgit.edit.draft import Draft
from invgit.edit.entities import delete, said_of
from invgit.edit.fields import Said, say
from invgit.errors import Refused, UsageError
from invgit.model.entity import Address
from invgit.model.fieldpaths import FieldPath, field_path
from invgit.model.references import written
from invgit.model.spec import FieldSpec, specs
from invgit.propose.proposal import Proposal
from invgit.propose.standing import moved
from invgit.text.inert import json_line, line

MOST = 400
"""So many entities go into one file; more are spread over several, named after it with a number."""
_TOLD = 10


def with_needs(chosen: Iterable[Proposal], known: Mapping[str, Proposal], only: Collection[str] = ()) -> list[Proposal]:
    """Proposals with all that they refer to and has to be added before, in the order in which that is possible."""
    made: dict[str, Proposal] = {}
    todo = list(chosen)
    while todo:
        each = todo.pop()
        if each.id not in made:
            made[each.id] = each
            todo += [known[id] for id in each.needs if id in known and _takes(each, known[id], only)]
    order = {kind: number for number, kind in enumerate(specs())}
    return sorted(made.values(), key=lambda each: (order[each.address.kind], each.address, each.op))


def _takes(one: Proposal, need: Proposal, only: Collection[str]) -> bool:
    """Whether what is taken of a proposal refers to another."""
    return not only or any(value == need.address.path for path, value in one.after.items() if path in only)


def accept(draft: Draft, proposals: Collection[Proposal], *, remove: bool = False, only: Collection[str] = ()) -> None:
    """Make the edits; with `remove` what is missing goes, and with `only` no other fields change.

    Raises Refused, with all of it, where the inventory no longer says what it said when they were made, or where two of
    them would have a field say different things.
    """
    _require_one_word(proposals, only)
    _require_standing(draft, proposals, only)
    homes = _Homes(draft)
    for each in proposals:
        if each.op == "add":
            _add(draft, each, homes)
    for each in proposals:
        if each.op == "update" or (each.op == "missing" and not remove):
            _update(draft, each, only if each.op == "update" else ())
    gone = [each.address for each in proposals if each.op == "missing" and remove]
    if gone:
        delete(draft, gone)


def _require_standing(draft: Draft, proposals: Iterable[Proposal], only: Collection[str]) -> None:
    wrong = []
    for each in proposals:
        entity = draft.inventory.at(each.address)
        if each.op == "add":
            if entity:
                wrong.append(f"{each.address} is there already")
            continue
        if entity is None or entity.origin is None:
            wrong.append(f"{each.address} is not there any more")
            continue
        for path, was, now in moved(each, entity):
            if not only or path in only:
                wrong.append(f"{each.address}: `{path}` is {_shown(now)} now, and was {_shown(was)} when that was seen")
    _refuse("the inventory was changed since", wrong, "ask the source again, and look at what it proposes then")


def _refuse(what: str, wrong: list[str], help: str) -> None:
    if wrong:
        more = [f"… and {len(wrong) - _TOLD:,} more"] if len(wrong) > _TOLD else []
        lines = "\n".join([*wrong[:_TOLD], *more])
        raise Refused(f"{what}\n{lines}\nnothing was written", help=help)


def _require_one_word(proposals: Iterable[Proposal], only: Collection[str]) -> None:
    """Refuse what two say otherwise: who accepts both has not seen that."""
    wrong = []
    said: dict[tuple[Address, str], Any] = {}
    added: set[Address] = set()
    for each in proposals:
        if each.op == "add":
            wrong += [f"{each.address} would be added twice"] if each.address in added else []
            added.add(each.address)
        for path, value in each.after.items() if each.op == "update" else ():
            if (not only or path in only) and said.setdefault((each.address, path), value) != value:
                both = f"{_shown(said[each.address, path])} and {_shown(value)}"
                wrong.append(f"{each.address}: `{path}` would be {both}")
    _refuse("two proposals differ", wrong, "accept one of them; ask its source again, then look at the other")


def _shown(value: Any) -> str:
    return "nothing" if value is None else line(value) if isinstance(value, str) else json_line(value)


class _Homes:
    """The files for what is added: no file grows beyond what one can read."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.counts: dict[tuple[str, str], int] = {}

    def file(self, proposal: Proposal) -> str:
        """The file itself, or the first after it, by number, that has room."""
        key = specs()[proposal.address.kind].key
        stem, _, ending = proposal.file.rpartition(".")
        number = 1
        while True:
            file = proposal.file if number == 1 else f"{stem}.{number}.{ending}"
            if (file, key) not in self.counts:
                self.counts[file, key] = len(self.draft.pages[file].wanted.get(key) or ())
            if self.counts[file, key] < MOST:
                self.counts[file, key] += 1
                return file
            number += 1


def _add(draft: Draft, proposal: Proposal, homes: _Homes) -> None:
    spec = specs()[proposal.address.kind]
    said = Said({}, {}, lambda _: False, lambda _: ())
    for path, value in proposal.after.items():
        way = field_path(spec, path)
        said = Said(
            say(said, way, _referring(draft, proposal.address, way, value)), {}, said.inherits, said.inherited_keys
        )
    draft.add(proposal.address, said.own, homes.file(proposal))


def _update(draft: Draft, proposal: Proposal, only: Collection[str]) -> None:
    spec = specs()[proposal.address.kind]
    said = said_of(draft, proposal.address, spec)
    for path, value in proposal.after.items():
        if only and path not in only:
            continue
        way = field_path(spec, path)
        own = say(said, way, _referring(draft, proposal.address, way, value))
        said = Said(own, said.effective, said.inherits, said.inherited_keys)
    draft.amend(proposal.address, said.own)


def _referring(draft: Draft, address: Address, way: FieldPath, value: Any) -> Any:
    """A declared value with the words in it that mean the entities whose paths stand there."""
    return value if way.leaf is None else _words(draft, address, way.leaf, value)


def _words(draft: Draft, address: Address, leaf: FieldSpec, value: Any) -> Any:
    if isinstance(value, list):
        return [_words(draft, address, leaf, item) for item in value]
    if isinstance(value, dict):
        inner = {each.name: each for each in leaf.fields}
        return {
            name: _words(draft, address, inner[name], item) if name in inner else item for name, item in value.items()
        }
    if not leaf.ref or not isinstance(value, str):
        return value
    folder, kind = address.path.rpartition("/")[0], leaf.ref
    word = written(kind, value, folder, lambda path: draft.exists(Address(kind, path)))
    return text(word or value)


def require_updates(proposals: Iterable[Proposal], only: Collection[str]) -> None:
    """Raise UsageError where only some fields of something are wanted that is accepted as a whole, or has none such."""
    for each in proposals if only else ():
        if each.op != "update":
            raise UsageError(f"{each.id} ({each.op} {each.address}) is accepted as a whole", help="leave out --only")
        if not each.after.keys() & set(only):
            known = ", ".join(each.after)
            raise UsageError(f"{each.id} ({each.address}) is not about {', '.join(only)}", help=f"it is about {known}")
