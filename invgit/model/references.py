"""References as people write them: `slug` in the own site, then organization, then catalog; `site/slug`."""

from collections.abc import Callable

from invgit.model.entity import Scope
from invgit.model.spec import specs


def candidates(kind: str, text: str, folder: str) -> list[str]:
    """The paths that a text could mean in a folder (organization/site, organization, or nothing), the nearest first."""
    organization = folder.partition("/")[0]
    scopes = specs()[kind].scopes
    if "/" in text:
        return [f"{organization}/{text}"] if Scope.SITE in scopes and text.count("/") == 1 else []
    found = []
    if Scope.SITE in scopes and "/" in folder:
        found.append(f"{folder}/{text}")
    if Scope.ORGANIZATION in scopes and organization:
        found.append(f"{organization}/{text}")
    if Scope.CATALOG in scopes:
        found.append(text)
    return found


def written(kind: str, path: str, folder: str, exists: Callable[[str], bool]) -> str | None:
    """The shortest text that means a path in a folder; None where nothing does, in another organization.

    `exists` says of a path whether there is such an entity: a nearer one of the same slug is in the way.
    """
    slug = path.rpartition("/")[2]
    for text in (slug, "/".join(path.split("/")[-2:])):
        meant = candidates(kind, text, folder)
        if path in meant and not any(map(exists, meant[: meant.index(path)])):
            return text
    return None
