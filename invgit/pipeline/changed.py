"""What sources propose, as files that people review: read, written, and decided about."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from invgit.config import Settings
from invgit.edit.draft import Draft
from invgit.edit.files import quiet
from invgit.errors import BrokenFile, InvgitError, Refused, UsageError
from invgit.model.fieldpaths import field_path
from invgit.model.inventory import Inventory
from invgit.model.kinds import Site
from invgit.model.opened import MAX_BYTES
from invgit.model.slugs import is_slug
from invgit.model.spec import specs
from invgit.pipeline.files import put, said
from invgit.propose import verdicts
from invgit.propose.accept import accept, require_updates, with_needs
from invgit.propose.changes import FOLDER, Changes, by_id, read, written
from invgit.propose.proposal import Proposal, Verdict
from invgit.read.secrets import holds_secret
from invgit.text.problem import BAD_CHARACTER

_MOST = 10_000
"""So many change files are looked at."""


class ChangeFile(NamedTuple):
    """A change file: what it says, or why nobody can know; then it proposes nothing."""

    changes: Changes
    fault: BrokenFile | None = None

    @property
    def site(self) -> str:
        """The site that it is of, by its path."""
        return self.changes.site


def each_file(settings: Settings, *, site: str | None = None, source: str | None = None) -> Iterator[ChangeFile]:
    """The change files, by path, also those that cannot be read; only of a site (or the end of its path) or source."""
    for path in _paths(settings):
        where, _, name = path.rpartition("/")
        who = name.removesuffix(".yaml")
        if site in {None, where, where.rpartition("/")[2]} and source in {None, who}:
            yield _file(settings, who, where)


def change_files(settings: Settings, *, site: str | None = None, source: str | None = None) -> list[Changes]:
    """What the change files say, as `each_file`.

    Raises BrokenFile with all that is wrong in all of them, UsageError for a site that is none.
    """
    found = list(each_file(settings, site=site, source=source))
    if site and not found:
        _require_site(settings, site)
    wrong = [each.fault.message for each in found if each.fault]
    if wrong:
        raise BrokenFile("\n".join(wrong), help="delete such a file: its source writes it anew when it is asked")
    made = [each.changes for each in found]
    by_id(made)
    return made


def _require_site(settings: Settings, word: str) -> None:
    from invgit.model import naming
    from invgit.pipeline.compiled import read_inventory

    naming.meant(word, [each.address for each in read_inventory(settings).inventory.of(Site)], "site")


def pending(settings: Settings, source: str, site: str) -> tuple[Proposal, ...]:
    """What a source has proposed for a site so far; nothing where that cannot be read: it is about to be written."""
    return _file(settings, source, site).changes.proposals


def read_verdicts(settings: Settings) -> Mapping[str, Verdict]:
    """What people have decided, by the ids of proposals. Raises BrokenFile with all that is wrong in the file."""
    if not os.path.lexists(settings.root / FOLDER / verdicts.FILE):
        return {}
    return verdicts.read(_bytes(settings, verdicts.FILE), f"{FOLDER}/{verdicts.FILE}")


def put_changes(settings: Settings, changes: Changes) -> tuple[Changes, list[str]]:
    """Make a change file say this; with nothing to propose it goes. What it says then, and what was left out.

    Nothing is written that a file of the inventory may not hold: what looks like a secret. Raises Refused where the
    file would land elsewhere, InvgitError where it cannot be written.
    """
    secret = _secretive(changes)
    left = (each for each in changes.proposals if each.id in secret)
    # what is new has a slug that was made of its name, which may be the secret
    named = ((each.op, f"{each.address.kind} {each.key}" if each.op == "add" else each.address) for each in left)
    told = [f"{op} {name} is not proposed: it holds a secret" for op, name in named]
    kept = changes.without(refused=secret)
    with quiet(settings.inventory):
        _put(settings, kept)
    return kept, told


def decide(settings: Settings, new: Mapping[str, Verdict]) -> None:
    """Write verdicts by ids of proposals, and take these out of their files. Raises as `put_changes`, Uneditable."""
    for each in new.values():
        if BAD_CHARACTER.search(f"{each.reason}{each.owner}"):
            raise UsageError("there is a character in it that no file may hold", help="leave out control characters")
    with quiet(settings.inventory):
        path = settings.root / FOLDER / verdicts.FILE
        there = _bytes(settings, verdicts.FILE) if os.path.lexists(path) else None
        if there is not None:
            verdicts.read(there, f"{FOLDER}/{verdicts.FILE}")
        made = verdicts.amended(there, f"{FOLDER}/{verdicts.FILE}", new)
        if any(holds_secret([each.reason or "", each.owner or ""]) for each in new.values()):
            raise Refused("a verdict would hold a secret; nothing was written", help="say it without")
        with _writing(settings, verdicts.FILE) as target:
            put(target, made.decode())
        _rewrite(settings, lambda each: each.without(refused=new.keys()))


def accepting(
    proposals: Collection[Proposal], *, remove: bool = False, only: Collection[str] = ()
) -> Callable[[Draft], None]:
    """What edits a draft so that it says what is proposed; see `propose.accept`."""
    return lambda draft: accept(draft, proposals, remove=remove, only=only)


def about(proposals: Collection[Proposal], only: Collection[str]) -> Collection[Proposal]:
    """Of proposals those of which only some fields can be taken, where that is asked. Raises UsageError for none."""
    found = [each for each in proposals if each.op == "update" and not each.after.keys().isdisjoint(only)]
    if only and proposals and not found:
        raise UsageError(
            f"no update that is proposed is about {', '.join(only)}", help="`invgit changes list` shows all"
        )
    return found if only else proposals


def meant(files: Iterable[Changes], words: Iterable[str]) -> list[Proposal]:
    """The proposals that words mean: ids, the beginnings of ids, addresses or their ends. Raises UsageError."""
    from invgit.model.naming import matching

    known = list(by_id(files).values())
    found: dict[str, Proposal] = {}
    for word in words:
        addresses = set(matching(word, [each.address for each in known]))
        ones = [each for each in known if each.id == word]
        ones = ones or [each for each in known if each.id.startswith(word) or each.address in addresses]
        if len(ones) != 1:
            listed = ", ".join(f"{each.id} ({each.op} {each.address})" for each in ones[:5])
            more = f" and {len(ones) - 5:,} more" if len(ones) > 5 else ""
            if ones:
                raise UsageError(f"`{word}` could be {listed}{more}", help="give the whole id")
            help = "`invgit changes list` shows all; what was decided stands in changes/verdicts.yaml"
            raise UsageError(f"there is no proposal `{word}`", help=help)
        found[ones[0].id] = ones[0]
    return list(found.values())


def taken(files: Iterable[Changes], some: Collection[Proposal], only: Collection[str]) -> list[Proposal]:
    """What is accepted along with some proposals. Raises UsageError where `only` fields of them cannot be."""
    require_updates(some, only)
    return with_needs(some, by_id(files), only)


def settle(settings: Settings, done: Iterable[Proposal], only: Collection[str] = ()) -> None:
    """Take what was accepted out of the change files. Raises as `put_changes`."""
    ids = [each.id for each in done]
    with quiet(settings.inventory):
        _rewrite(settings, lambda each: each.without(ids, only=only))


def silenced(settings: Settings, files: Sequence[Changes], at: datetime) -> set[str]:
    """The ids of what somebody has decided about since the files were written, on the day that it is at each site."""
    known = read_verdicts(settings)
    today = days(settings, at)
    return {
        each.id
        for changes in files
        for each in changes.proposals
        if (decided := known.get(each.id)) and decided.silences(each.digest, today(changes.site))
    }


def days(settings: Settings, at: datetime) -> Callable[[str], date]:
    """What tells the date at a site; by UTC where it does not say its time zone. The files are read once, if at all."""
    from invgit.model.times import day
    from invgit.pipeline.compiled import read_inventory

    @cache
    def zones() -> Inventory:
        return read_inventory(settings).inventory

    return cache(lambda site: day(at, zones().timezone(site)))


# the disk


def _paths(settings: Settings) -> Iterator[str]:
    """The change files, by path; links are not followed, and what is named otherwise is none."""
    folder = settings.root / FOLDER
    found = []
    for organization in _inside(folder, files=False):
        for site in _inside(folder / organization, files=False):
            found += [f"{organization}/{site}/{name}" for name in _inside(folder / organization / site, files=True)]
            if len(found) > _MOST:
                raise BrokenFile(
                    f"{FOLDER}/ holds more than {_MOST:,} files", help="delete those of sites that are gone"
                )
    yield from sorted(found)


def _inside(folder: Path, *, files: bool) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            if folder.is_symlink():
                return []
            names = [each.name for each in entries if files or each.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InvgitError(f"{folder.name} cannot be read: {error.strerror}") from None
    ending = ".yaml" if files else ""
    return sorted(name for name in names if name.endswith(ending) and is_slug(name.removesuffix(ending)))


def _file(settings: Settings, source: str, site: str) -> ChangeFile:
    empty = Changes(source, site, ())
    try:
        return ChangeFile(read(_bytes(settings, empty.path), f"{FOLDER}/{empty.path}", empty.path))
    except BrokenFile as error:
        return ChangeFile(empty, error)


def _bytes(settings: Settings, path: str) -> bytes:
    data = said(settings.root / FOLDER / path, MAX_BYTES)
    if data is None:
        raise BrokenFile(f"{FOLDER}/{path} is no plain file of at most {MAX_BYTES // 2**20} MiB that can be read")
    return data


def _put(settings: Settings, changes: Changes) -> None:
    text = written(changes)
    with _writing(settings, changes.path) as target:
        if text:
            put(target, text)
        elif os.path.lexists(target):
            target.unlink()
            for folder in (target.parent, target.parent.parent):
                if not any(folder.iterdir()):
                    folder.rmdir()


def _rewrite(settings: Settings, change: Callable[[Changes], Changes]) -> None:
    """Change the change files; what cannot be read is nobody's now, and left to the next run."""
    for each in each_file(settings):
        made = change(each.changes)
        if made != each.changes and not each.fault:
            _put(settings, made)


@contextmanager
def _writing(settings: Settings, path: str) -> Iterator[Path]:
    """The place of a file below the folder of changes, and no other one that a link leads to."""
    target = settings.root / FOLDER / path
    above = [target, *target.parents]
    for each in above[: above.index(settings.root)]:
        if each.is_symlink():
            name = each.relative_to(settings.root).as_posix()
            raise Refused(f"{name} is a link: what is written there would land elsewhere", help="remove it")
    try:
        yield target
    except OSError as error:
        raise InvgitError(f"{FOLDER}/{path} cannot be written: {error.strerror}") from None


# secrets


def _secretive(changes: Changes) -> set[str]:
    """The ids of proposals that hold what no file may, under the keys that it would have in the inventory."""
    return {each.id for each in changes.proposals if holds_secret([each.why, each.key, each.evidence, _placed(each)])}


def _placed(proposal: Proposal) -> dict[str, Any]:
    """What is proposed as it would stand: paths as mappings."""
    spec, made = specs()[proposal.address.kind], dict[str, Any]()
    for path, value in proposal.after.items():
        way = field_path(spec, path)
        *above, last = way.field.name, *way.keys
        inner = made
        for key in above:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return made
