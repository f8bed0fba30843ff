"""References to paths: `slug` in the own site, then organization, then catalog; `site/slug` in the organization."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from invgit.model import mend
from invgit.model.entity import Address
from invgit.model.references import candidates
from invgit.model.scalars import shown
from invgit.model.spec import specs
from invgit.model.values import did_you_mean
from invgit.text.words import a_

_COMPARED = 20_000
"""So many names are looked at in all to find the one that was meant: each takes a moment."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a reference leads nowhere."""

    code: str
    message: str
    help: str | None
    right: str | None = None
    """The reference as it was surely meant."""


class References:
    """What can be referred to. The same text in the same folder is looked up once, and its path kept once.

    `lost` are names that stand where they could not be understood: that fault is told, and nothing is said of
    references to them.
    """

    def __init__(self, addresses: Iterable[Address], lost: Collection[str] = ()) -> None:
        self._paths: dict[str, set[str]] = defaultdict(set)
        for kind, path in addresses:
            self._paths[kind].add(path)
        self.known: dict[tuple[str, str, str], str | Unresolved] = {}
        self._compared = 0
        self._lost = lost

    def resolve(self, kind: str, text: str, folder: str) -> str | Unresolved:
        """The path that `text` means in `folder` (organization/site, organization, or nothing for the catalog)."""
        key = (kind, text, folder)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._look_up(kind, text, folder)
        return found

    def _look_up(self, kind: str, text: str, folder: str) -> str | Unresolved:
        meant = candidates(kind, text, folder)
        for path in meant:
            if path in self._paths[kind]:
                return path
        if meant and text.rpartition("/")[2] in self._lost:
            return f"?{text}"
        return self._unresolved(kind, text, folder)

    def _unresolved(self, kind: str, text: str, folder: str) -> Unresolved:
        if text.count("/") > 1:
            message = f"`{shown(text)}` leads out of the organization"
            help = "a reference is `slug`, or `site/slug` in the same organization"
            return Unresolved("unknown-reference", message, help)
        for other in specs():
            if other != kind and any(path in self._paths[other] for path in candidates(other, text, folder)):
                return Unresolved("wrong-kind", f"`{shown(text)}` is {a_(other)}; {a_(kind)} is wanted here", None)
        help = self._guess(kind, text, folder) or f"describe the {kind}, correct its name here, or delete what names it"
        right = "/".join(mend.slug(part) or part for part in text.split("/"))
        known = any(path in self._paths[kind] for path in candidates(kind, right, folder))
        message = f"there is no {kind} `{shown(text)}`"
        return Unresolved("unknown-reference", message, help, right if known else None)

    def _guess(self, kind: str, text: str, folder: str) -> str | None:
        """The name that was probably meant, as it would be written in `folder`."""
        if self._compared > _COMPARED:
            return None
        organization = folder.partition("/")[0]
        prefix = f"{organization}/" if organization else ""
        near = sorted(
            path.removeprefix(f"{folder}/").removeprefix(prefix)
            for path in self._paths[kind]
            if path.startswith(prefix) or "/" not in path
        )
        elsewhere = next((name for name in near if kind == "device" and name.endswith(f"/{text}")), None)
        if elsewhere:
            return f"did you mean `{elsewhere}`?"
        near = [name for name in near if abs(len(name) - len(text)) <= 3]
        self._compared += len(near) + 100
        return did_you_mean(text, near, likeness=0.65)
