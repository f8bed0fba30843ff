"""JSON Schemas as files: those of the form, and those that know what there is."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invgit import __version__, paths
from invgit.config import Settings
from invgit.errors import InvgitError, Refused
from invgit.pipeline.compiled import Compiled
from invgit.pipeline.files import put, said, unseen

if TYPE_CHECKING:
    from invgit.model.live import Named

LIVE = ".invgit/schemas"
"""Where the schemas are that know what there is, below the project; nothing there is worth keeping."""
VSCODE, JETBRAINS = ".vscode/settings.json", ".idea/jsonSchemas.xml"
"""Where editors are told which schema counts for which file."""

_STAMP = "written"
"""The file that says what the schemas beside it were made of, and which they are."""
_MOST = 16 * 1024 * 1024
"""Bytes that it may have: a line for every site."""


def write_schemas(folder: Path, *, check: bool) -> list[Path]:
    """Write the JSON Schemas below `folder`; with `check` only look. The files that were not as they should be."""
    from invgit import config
    from invgit.model.schema import documents
    from invgit.plan import schema as plan_schema
    from invgit.propose.schema import schemas
    from invgit.sources.scan import schema as scan_schema

    wanted = {
        **documents(),
        "plan": plan_schema.schema(),
        "config": config.schema(),
        "scan": scan_schema.schema(),
        **schemas(),
    }
    stale = []
    for name, document in wanted.items():
        path = folder / f"{name}.schema.json"
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    return stale


def write_live(settings: Settings, compiled: Compiled) -> list[Path]:
    """Write the schemas that know what there is. The files that were not as they should be.

    Raises Refused for a folder that leads elsewhere, and InvgitError where it cannot be written.
    """
    folder = settings.root / LIVE
    if link := next((each for each in (folder.parent, folder, *_folders(folder)) if each.is_symlink()), None):
        raise Refused(f"{link.relative_to(settings.root)} is a link: what is written there would land elsewhere")
    named = _named(compiled)
    try:
        return _written(folder, _wanted(compiled, named), [_files_stamp(compiled), _names_stamp(compiled, named)])
    except OSError as error:
        raise InvgitError(f"the schemas cannot be written to {LIVE}: {error.strerror}") from None


def refresh_live(settings: Settings, compiled: Compiled) -> None:
    """The same, where somebody uses them and what they know has changed; what cannot be written is left.

    Nothing is done in CI, where nobody edits, nor while a file cannot be read to its end: its slugs are not gone.
    """
    if settings.in_ci or not compiled.complete:
        return
    folder = settings.root / LIVE
    if not folder.is_dir() and not any((settings.root / name).is_file() for name in (VSCODE, JETBRAINS)):
        return
    with suppress(OSError, InvgitError):
        stamps = _stamps(folder)
        if stamps[:1] != [_files_stamp(compiled)] and stamps[1:2] != [_names_stamp(compiled, _named(compiled))]:
            write_live(settings, compiled)


def _stamps(folder: Path) -> list[str]:
    """What the schemas that are there were made of; nothing when one of them is not there."""
    files, names, *written = [*(said(folder / _STAMP, _MOST) or b"").decode(errors="replace").splitlines(), "", ""]
    return [files, names] if all((folder / name).is_file() for name in written if name) else []


def _files_stamp(compiled: Compiled) -> str:
    """The files as they are: where they have not changed, nothing has."""
    made_of = compiled.inventory.sources
    return f"invgit {__version__} {made_of() if made_of else ''}"


def _names_stamp(compiled: Compiled, named: "list[Named]") -> str:
    """The names that stand in them, and the folders they are for."""
    from invgit.model.digest import fingerprint

    text = "\n".join([*compiled.folders, *(f"{kind}:{path} {label}" for (kind, path), label in named)])
    return f"invgit {__version__} {fingerprint([text.encode()])}"


def _named(compiled: Compiled) -> "list[Named]":
    from invgit.model.live import Named

    labels = {entity.address: entity.label for entity in compiled.inventory}
    return [Named(address, labels.get(address, address.slug)) for address in compiled.declared]


def _wanted(compiled: Compiled, named: "list[Named]") -> Mapping[str, Any]:
    """Every schema by its file: live ones, and those of the form for what stands in no folder that is known yet."""
    from invgit.model.live import live

    names = ("inventory", "organization", "catalog", "config")
    static = {name: json.loads((paths.SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")) for name in names}
    form = {f"{name}.schema.json": document for name, document in static.items()}
    return {**form, **live(static, named, compiled.folders)}


def _written(folder: Path, wanted: Mapping[str, Any], stamps: list[str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    unseen(folder.parent)
    changed = [path for name, document in wanted.items() if put(path := folder / name, _text(document))]
    for path in _files(folder):
        if path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
    put(folder / _STAMP, "\n".join([*stamps, *wanted, ""]))
    return changed


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _folders(folder: Path) -> Iterator[Path]:
    """The folders that live schemas can be in, links too."""
    for above, names, _ in os.walk(folder, followlinks=False):
        yield from (Path(above) / name for name in names)


def _files(folder: Path) -> list[Path]:
    """What is there that we have written, or that a run of ours which was killed has left."""
    return [path for path in folder.rglob("*") if path.is_file() and ".json" in path.name]
