"""What is wrong in a way that no person has to decide, put right: the fixes that findings carry."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from invgit import read
from invgit.config import Settings
from invgit.diagnostics import Diagnostic, Severity
from invgit.pipeline.compiled import Compiled, compile_files, working_files
from invgit.pipeline.edited import Edited

_MARK = "\ufeff".encode()
_ROUNDS = 10
"""A fix may show what it hid, which may have a fix itself; that ends soon, or never would."""
_TRIES = 64
"""So many times all is compiled in one round; what is not found good until then stays as it is."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Mended(Edited):
    """Edits that carry fixes out, what was fixed (in order, each where it stood then), and what is found with them."""

    fixed: tuple[Diagnostic, ...]
    after: Compiled


def mend(settings: Settings, at: datetime, wanted: Callable[[str], bool]) -> Mended:
    """Carry out the fixes in files that are `wanted`, each that takes its finding away and brings no new error."""
    from invgit.edit.files import FileEdit

    found, unreadable = working_files(settings)
    files = {file.shown: file for file in found}

    def compiled(changed: Mapping[str, read.RawFile]) -> Compiled:
        return compile_files([*changed.values()], unreadable, at)

    now, fixed, hopeless = compiled(files), [], set[Key]()
    for _ in range(_ROUNDS):
        open_ = [
            each for each in now.diagnostics if each.fix and wanted(each.place.file) and _key(each) not in hopeless
        ]
        good = _good(files, now, open_, compiled)
        fixed += good
        hopeless |= {_key(each) for each in open_} - {_key(each) for each in good}
        if not good:
            break
        files = _fixed(files, good)
        now = compiled(files)
    edits = [FileEdit(old.path, old.data, files[old.shown].data) for old in found if files[old.shown] is not old]
    return Mended(tuple(edits), tuple(fixed), now)


def _good(
    files: Mapping[str, read.RawFile],
    now: Compiled,
    open_: Sequence[Diagnostic],
    compiled: Callable[[Mapping[str, read.RawFile]], Compiled],
) -> list[Diagnostic]:
    """The fixes that can be carried out together. One that cannot is looked for by halves."""
    good: list[Diagnostic] = []
    waiting, tries = [_apart(open_)], 0
    while waiting and tries < _TRIES:
        some = waiting.pop()
        tries += 1
        if some and _is_better(now, compiled(_fixed(files, [*good, *some])), [*good, *some]):
            good += some
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return good


def _apart(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings whose fixes do not touch each other; the others have their turn when these are made."""
    ends: dict[str, int] = {}
    apart = []
    for each in sorted(found, key=lambda each: (each.place.file, each.fix.span if each.fix else (0, 0))):
        if each.fix and each.fix.span.start > ends.get(each.place.file, -1):
            ends[each.place.file] = each.fix.span.end
            apart.append(each)
    return apart


def _fixed(files: Mapping[str, read.RawFile], some: Iterable[Diagnostic]) -> dict[str, read.RawFile]:
    """The files with fixes carried out."""
    made = dict(files)
    for each in sorted(some, key=lambda each: each.fix.span if each.fix else (0, 0), reverse=True):
        if each.fix is None:
            continue
        file = made[each.fix.place.file]
        mark = _MARK if file.data.startswith(_MARK) else b""
        text = file.data[len(mark) :].decode()
        text = text[: each.fix.span.start] + each.fix.text + text[each.fix.span.end :]
        made[file.shown] = replace(file, data=mark + text.encode())
    return made


def _is_better(before: Compiled, after: Compiled, some: Iterable[Diagnostic]) -> bool:
    """Whether findings are gone, and no error has come."""
    old, new = Counter(map(_key, before.diagnostics)), Counter(map(_key, after.diagnostics))
    gone = Counter(map(_key, some))
    errors = Counter(_key(each) for each in after.diagnostics if each.severity is Severity.ERROR)
    return not errors - old and all(new[key] <= old[key] - count for key, count in gone.items())


def _key(found: Diagnostic) -> Key:
    """What stays the same while lines move."""
    return found.code, found.place.file, found.message
