"""Which sites somebody means."""

from collections.abc import Collection

from invgit.errors import UsageError
from invgit.model.values import did_you_mean


def meant(words: Collection[str], known: Collection[str]) -> frozenset[str]:
    """Paths of the known sites that words mean: `organization/site`, or `site` where it is the only one.

    Raises UsageError.
    """
    found = set()
    for word in words:
        paths = [path for path in sorted(known) if word == path or path.endswith(f"/{word}")]
        if not paths:
            close = did_you_mean(word, [*known, *(path.rpartition("/")[2] for path in known)])
            listed = f"known are {', '.join(sorted(known)) or 'none'}"
            raise UsageError(f"there is no site `{word}`", help=f"{close}; {listed}" if close else listed)
        if len(paths) > 1:
            raise UsageError(f"`{word}` could be {' or '.join(paths)}")
        found.update(paths)
    return frozenset(found)
