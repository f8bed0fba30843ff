"""A new inventory: the files that it begins with, written where none of them stands in the way."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from invgit import config, paths, read
from invgit.config import FILE, INVENTORY, Settings
from invgit.diagnostics import Diagnostic, Severity
from invgit.errors import InvgitError, Refused, UsageError
from invgit.model.spec import specs
from invgit.pipeline.compiled import compile_files
from invgit.pipeline.editors import jetbrains_text, vscode_settings, vscode_text
from invgit.pipeline.schemas import JETBRAINS, VSCODE

_SHIPPED = ("catalog/categories.yaml", "catalog/homeseer.yaml")
"""What every inventory begins with, as the example has it."""
_PART = ".invgit-init"
"""What the name of a file ends in while it is written; a run that was killed leaves one, and the next takes it away."""
_OWNER = re.compile(r"@[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*|[^\s@#]+@[^\s@#]+")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new inventory is about: slugs, and values as JSON has them."""

    organization: str
    site: str
    of_organization: Mapping[str, Any]
    of_site: Mapping[str, Any]
    owners: tuple[str, ...] = ()
    """Who is asked to review changes of the site, as forges write it: `@name`, `@team/name`, an address."""
    bare: bool = False
    """Only the inventory and its settings: nothing for editors and forges."""


def begin(root: Path, beginning: Beginning, at: datetime) -> list[Path]:
    """Write the files; those that were not there, in the order of their names. Nothing that exists is changed.

    Raises UsageError for what no inventory can say; Refused where another file stands in the way, or the inventory that
    is there already would have errors: then nothing is written.
    """
    above = config.find_root(root)
    if above != root and (above / FILE).is_file():
        raise Refused(f"{root} lies in the project {above}", help="begin outside of it, or add a site there")
    wanted = files(beginning)
    _require_right(wanted, at)
    missing = _missing(root, wanted)
    _require_fitting(root, {path: wanted[path] for path in missing}, at)
    try:
        for path in wanted:
            _part(root / path).unlink(missing_ok=True)  # a link, maybe: it is not written through
        for path in missing:
            _create(root / path, wanted[path])
    except OSError as error:
        raise InvgitError(f"{error.filename} cannot be written: {error.strerror}", help="run it again") from None
    return [root / path for path in missing]


def files(beginning: Beginning) -> dict[str, bytes]:
    """Every file with its bytes, by its path with forward slashes."""
    site = f"{beginning.organization}/{beginning.site}"
    organization = f"{beginning.organization}/organization.yaml"
    example = (paths.TEMPLATES / "site.yaml").read_text(encoding="utf-8")
    made: dict[str, str] = {
        f"{INVENTORY}/{organization}": _single("organization", beginning.of_organization),
        f"{INVENTORY}/{site}/site.yaml": _single("site", beginning.of_site) + example,
        **{f"{INVENTORY}/{path}": (paths.EXAMPLE / path).read_text(encoding="utf-8") for path in _SHIPPED},
        "CODEOWNERS": _owners(site, beginning.owners),
        VSCODE: vscode_text(vscode_settings([site])),
        JETBRAINS: jetbrains_text([site], [organization]),
    }
    beside = paths.TEMPLATES / "init"
    for path in sorted(beside.rglob("*")):
        if path.is_file():
            made[path.relative_to(beside).as_posix()] = path.read_text(encoding="utf-8")
    if beginning.bare:
        made = {path: text for path, text in made.items() if path == FILE or path.startswith(f"{INVENTORY}/")}
    return {path: made[path].encode() for path in sorted(made)}


def _single(kind: str, plain: Mapping[str, Any]) -> str:
    from invgit.edit.declared import declared
    from invgit.text.written import document

    spec = specs()[kind]
    return document({spec.key: declared(spec.declarable, plain, lambda _, path: path)})


def _owners(site: str, owners: tuple[str, ...]) -> str:
    for owner in owners:
        if not _OWNER.fullmatch(owner):
            raise UsageError(f"`{owner}` is no owner", help="write it as @name, @organization/team or an address")
    head = "# Who is asked to review a change, by folder; the last line that fits counts\n"
    line = f"/{INVENTORY}/{site}/ {' '.join(owners) or '@somebody'}\n"
    return head + (line if owners else f"# {line}")


def _errors(files_: Mapping[str, bytes], at: datetime) -> list[Diagnostic]:
    raw = [read.RawFile(path.removeprefix(f"{INVENTORY}/"), path, data) for path, data in sorted(files_.items())]
    return [each for each in compile_files(raw, [], at).diagnostics if each.severity is Severity.ERROR]


def _of_inventory(files_: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files_.items() if path.startswith(f"{INVENTORY}/")}


def _require_right(wanted: Mapping[str, bytes], at: datetime) -> None:
    """What was answered is nothing that `validate` would refuse."""
    if found := _errors(_of_inventory(wanted), at):
        raise UsageError("\n".join(["this cannot be written", *dict.fromkeys(each.message for each in found)]))


def _missing(root: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """The files that are not there. Raises Refused for those that are there and say something else, all at once."""
    missing, taken = [], []
    for name, data in wanted.items():
        path = root / name
        above = [folder for folder in path.parents if root in folder.parents]
        blocked = next(
            (each for each in above if os.path.lexists(each) and (each.is_symlink() or not each.is_dir())), None
        )
        if blocked is None and not os.path.lexists(path):
            missing.append(name)
        elif blocked or not _says(path, data):
            taken.append((blocked or path).relative_to(root).as_posix())
    if taken:
        help = "nothing was written; begin in an empty folder, move these away, or use --bare for the inventory alone"
        raise Refused("\n".join(["these exist already, and are not overwritten", *dict.fromkeys(taken)]), help=help)
    return missing


def _says(path: Path, data: bytes) -> bool:
    """Whether a file is there that says the same; git may have given it other line ends."""
    try:
        return path.is_file() and not path.is_symlink() and path.read_bytes().replace(b"\r\n", b"\n") == data
    except OSError:
        return False


def _require_fitting(root: Path, missing: Mapping[str, bytes], at: datetime) -> None:
    """An inventory that is there already has no error that it had not before."""
    settings = Settings(root)
    new = _of_inventory(missing)
    if not new or not settings.inventory.is_dir():
        return
    there = {f"{INVENTORY}/{file.path}": file.data for file in read.find_files(settings.inventory, INVENTORY)[0]}
    before = {(each.code, each.message) for each in _errors(there, at)}
    found = [each for each in _errors({**there, **new}, at) if (each.code, each.message) not in before]
    if found:
        lines = [f"{each.place}: {each.message}" for each in found]
        raise Refused("\n".join(["the inventory that is here would have errors", *lines]), help="nothing was written")


def _create(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all, and takes nobody's place. Raises OSError, Refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part(path)
    part.write_bytes(data)
    try:
        try:
            os.link(part, path)
        except FileExistsError:
            raise Refused(
                f"{path} has come into being meanwhile, and is not overwritten", help="run it again"
            ) from None
        except OSError:  # a file system without links
            if not os.path.lexists(path):
                part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink()


def _part(path: Path) -> Path:
    """What a file is called while it is written."""
    return path.with_name(f".{path.name}{_PART}")


def machine_timezone() -> str | None:
    """The time zone that this machine is set to, by its name in the IANA database; None where that cannot be known."""
    from invgit.model.places import zones

    told = [os.environ.get("TZ", "").removeprefix(":")]
    with suppress(OSError):
        told.append(str(Path("/etc/localtime").readlink()).partition("zoneinfo/")[2])
    with suppress(OSError, UnicodeDecodeError):
        told.append(Path("/etc/timezone").read_text(encoding="utf-8").strip())
    return next((zone for zone in told if zone and zones().get(zone.lower()) == zone), None)
