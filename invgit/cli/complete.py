"""What a shell may complete from the inventory: quickly, silently, and only what can be read of it.

Nobody sees an error while he types: a broken inventory completes what is left of it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from invgit.config import Settings
    from invgit.model.entity import Address
    from invgit.model.spec import KindSpec

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]*", re.ASCII).fullmatch
Complete = Callable[[click.Context, click.Parameter, str], list[str]]
Written = Mapping["Address", Mapping[str, Any]]


def addresses(*kinds: str) -> Complete:
    """Completes the shortest name that means one entity of these kinds (of all, without any)."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        found = [address.path for address in _written(ctx) if not kinds or address.kind in kinds]
        return _shortest(found, incomplete)

    return complete


def types(spec: "KindSpec") -> Complete:
    """Completes the types that are there: those of the catalog, and words that are in use."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        written = _written(ctx)
        made = {address.path for address in written if address.kind == spec.by_name["type"].offers}
        used = {said.get("type") for address, said in written.items() if address.kind == spec.name}
        return _beginning([*made, *used], incomplete)

    return complete


def tags(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Completes the tags that are in use."""
    said = (values.get("tags") for values in _written(ctx).values())
    return _beginning((tag for each in said if isinstance(each, list) for tag in each), incomplete)


def proposals(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Completes the ids of what sources propose."""
    from invgit.pipeline import changed

    try:
        files = changed.change_files(_settings(ctx))
    except Exception:  # noqa: BLE001 - whatever is wrong, nobody asked about it: a word is being typed
        return []
    return _beginning((each.id for file in files for each in file.proposals), incomplete)


def _beginning(words: Iterable[Any], incomplete: str) -> list[str]:
    """Those that begin so; what is no plain word would be split, or expanded, by the shell."""
    return sorted({word for word in words if isinstance(word, str) and word.startswith(incomplete) and _WORD(word)})


def _shortest(paths: list[str], incomplete: str) -> list[str]:
    """Of each path the shortest tail that begins so, and is no tail of another."""
    from collections import Counter

    from invgit.model.naming import tails

    named = {path: list(tails(path)) for path in paths}
    seen = Counter(tail for all_ in named.values() for tail in all_)
    found = []
    for path, all_ in named.items():
        alone = (tail for tail in all_ if tail.startswith(incomplete) and (seen[tail] == 1 or tail == path))
        found.append(next(alone, None))
    return sorted({each for each in found if each})


def _written(ctx: click.Context) -> Written:
    """What can be read of the project that the command line speaks of."""
    from invgit import pipeline

    try:
        return pipeline.written(_settings(ctx))
    except Exception:  # noqa: BLE001 - whatever is wrong, nobody asked about it: a word is being typed
        return {}


def _settings(ctx: click.Context) -> "Settings":
    """The project that the command line speaks of; what its settings say does not matter."""
    from invgit import config

    folder = ctx.find_root().params.get("directory") or Path()
    return config.Settings(config.find_root(Path(folder).absolute()))
