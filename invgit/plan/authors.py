"""Who wrote what decides a plan: each place of its JSON form with the commit and the author of the line."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def signed(form: dict[str, Any], root: Path, commit: str | None = None) -> dict[str, Any]:
    """The form, in place, with commit, author and time wherever git knows them; see `git.authors`.

    `root` is the project's folder; `commit` the one that the files were read from, where it was not the working tree.
    """
    sources = [*_sources(form)]
    if not sources:
        return form
    from invgit.git.authors import FILE, authors

    asked: dict[str, set[int]] = defaultdict(set)
    for source in sources:
        asked[source["file"]].add(source.get("line", FILE))
    known = authors(root, asked, commit)
    for source in sources:
        author = known.get((source["file"], source.get("line", FILE)))
        if author:
            source.update(commit=author.commit, author=author.name, at=author.at)
    return form


def _sources(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in ("changes", "protected"):
        for change in form[part]:
            if change["source"]["file"] is not None:
                yield change["source"]
            yield from (field["source"] for field in change["fields"].values() if "source" in field)
