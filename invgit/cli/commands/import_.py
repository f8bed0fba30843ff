"""`invgit import`: what stands elsewhere, as YAML."""

import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from invgit.cli.main import Session, complain
from invgit.cli.options import INVENTORY_WRONG, now_option
from invgit.errors import InvgitError, UsageError
from invgit.model.entity import Scope
from invgit.model.kinds import KINDS
from invgit.sources.sheet import DELIMITERS, ENCODINGS
from invgit.text.inert import whole
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.config import Settings
    from invgit.pipeline.imported import Imported, Wishes

F = TypeVar("F", bound=Callable[..., Any])
_KIND = re.compile(r"[a-z-]+=")
_SHOWN = 200
"""So many lines of a diff are shown before a question; --dry-run shows all."""


@click.group("import")
def command() -> None:
    """Take over what stands in tables and in other programs' exports, as YAML."""


def _common(function: F) -> F:
    """What every import can be asked for."""
    for option in reversed((
        click.option("--file", "file", metavar="TARGET", help="The YAML file for what is new, below `inventory/`."),
        click.option("--update", is_flag=True, help="Change what is there already and says otherwise."),
        click.option("--skip-bad-rows", is_flag=True, help="Leave rows out that are wrong, instead of doing nothing."),
        click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing."),
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--no-record", is_flag=True, help="Put nothing on record in the database."),
    )):  # fmt: skip
        function = option(function)
    return function


def _pairs(_: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> dict[str, str]:
    """`COLUMN=FIELD`, several times; the name of a column may hold the sign too."""
    found: dict[str, str] = {}
    for word in words:
        left, sign, right = word.rpartition("=") if parameter.name == "maps" else word.partition("=")
        if not (left and sign and right):
            raise click.BadParameter(f"`{word}` is not of the form {parameter.metavar}")
        found[left] = right
    return found


_KINDS = [kind.kind for kind in KINDS if Scope.SITE in kind.scopes and kind.key != kind.kind] + [
    "category",
    "device-type",
]


@command.command("csv")
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--site", metavar="ORG/SITE", help="The site that the rows are of; what is of the catalog has none.")
@click.option("--kind", type=click.Choice(_KINDS), default="device", show_default=True, help="What the rows are.")
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", callback=_pairs, help="What a column is.")
@click.option(
    "--map-file", type=click.Path(dir_okay=False, path_type=Path), help="YAML: `column: field`; null: ignored."
)
@click.option("--ignore", "ignored", multiple=True, metavar="COLUMN", help="A column that does not count.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", callback=_pairs, help="For rows without it.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Default: what the file says, else UTF-8.")
@click.option("--delimiter", type=click.Choice([*DELIMITERS]), help="Default: what the first line has most of.")
@_common
@now_option
@click.pass_obj
def csv_(session: Session, /, path: Path, now: datetime, **options: Any) -> int:
    """Make entities of the rows of a CSV file.

    Columns are known by the names of fields, by those of the database, and by what people usually write over them. A
    row without a slug gets one made of its name. A second run of the same file finds nothing to do.
    """
    from invgit.pipeline.imported_csv import Table, table

    settings = session.settings()
    more = _map_file(options["map_file"]) if options["map_file"] else {}
    wanted = Table(
        path.name,
        _read(path),
        options["kind"],
        options["site"],
        {column: field for column, field in more.items() if field} | options["maps"],
        (*options["ignored"], *(column for column, field in more.items() if not field)),
        options["constants"],
        options["encoding"],
        options["delimiter"],
    )
    done = table(settings, now, _wishes(settings, path.stem, options), wanted)
    return _finish(session, settings, done, Origin("csv", path.name, options["site"], wanted.said), options)


@command.command("netbox")
@click.argument("paths", metavar="[KIND=]FILE…", nargs=-1, required=True)
@click.option("--organization", metavar="ORG", help="Where NetBox's sites go, each by its own name.")
@click.option("--site", metavar="ORG/SITE", help="Put all of it into this one site.")
@_common
@now_option
@click.pass_obj
def netbox(session: Session, /, paths: tuple[str, ...], now: datetime, **options: Any) -> int:
    """Make entities of what NetBox exports: CSV of its pages, JSON of its API; all files at once.

    Sites, locations (zones), prefixes (networks), VLANs, device types, devices with their interfaces and addresses,
    cables (connections). What has no counterpart is counted. What a file holds is told by its content or name; where
    nothing tells, say it: `devices=export.csv`.
    """
    from invgit.pipeline.imported_netbox import exports

    if options["organization"] and options["site"]:
        raise UsageError("--organization and --site are two ways of saying where it goes", help="give one of them")
    settings = session.settings()
    wishes = _wishes(settings, "netbox", options)
    files = [(word, _read(Path(word.partition("=")[2] if _KIND.match(word) else word))) for word in paths]
    done, lost = exports(settings, now, wishes, files, organization=options["organization"], site=options["site"])
    for what, number in sorted(lost.items()):
        session.say(f"no counterpart: {number:,} {what}")
    return _finish(session, settings, done, Origin("netbox", ", ".join(paths), options["site"]), options)


class Origin(NamedTuple):
    """Where an import comes from: the kind of file, its name, the site it is of, what its columns were said to be."""

    source: str
    name: str
    site: str | None = None
    mapping: Mapping[str, str] = MappingProxyType({})


def _wishes(settings: "Settings", name: str, options: dict[str, Any]) -> "Wishes":
    from invgit.cli.authoring import file_below
    from invgit.model.slugs import slugified
    from invgit.pipeline.imported import Wishes

    stem = slugified(name) or "imported"
    return Wishes(
        stem, update=options["update"], skip=options["skip_bad_rows"], file=file_below(settings, options["file"])
    )


def _read(path: Path) -> bytes:
    from invgit.sources.sheet import MAX_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvgitError(f"{path} cannot be read: {error.strerror}") from None


def _map_file(path: Path) -> dict[str, str | None]:
    """Columns and their fields from a file."""
    from invgit.text.decode import decode
    from invgit.text.tree import parse

    text, problem = decode(_read(path))
    document = parse(text)
    said = document.value or {}
    if problem or document.problems or not isinstance(said, dict):
        raise UsageError(
            f"{path} is no mapping of columns to fields", help="write lines such as `MAC: mac`, `Shelf: null`"
        )
    if any(isinstance(field, dict | list) for field in said.values()):
        raise UsageError(f"{path}: a column has one field", help="write lines such as `MAC: mac`, `Shelf: null`")
    return said


def _finish(session: Session, settings: "Settings", done: "Imported", origin: Origin, wishes: dict[str, Any]) -> int:
    """Tell what an import comes to, and carry it out."""
    from invgit import pipeline
    from invgit.pipeline.imported import note

    for problem in done.problems:
        click.echo(whole(str(problem)), err=True)
        if problem.help:
            click.echo(whole(f"  help: {problem.help}"), err=True)
    if done.authored is None:
        wrong = f"{count(len(done.problems), 'error')} in {count(done.total, 'row')}; nothing was written"
        complain(wrong, None if wishes["skip_bad_rows"] else "--skip-bad-rows takes the others")
        return INVENTORY_WRONG
    diff = done.authored.diff if wishes["dry_run"] or not wishes["yes"] else []
    shown = diff if wishes["dry_run"] else diff[:_SHOWN]
    if shown:
        click.echo(whole("\n".join(shown)))
    if len(shown) < len(diff):
        session.say(f"… {len(diff) - len(shown):,} more lines; --dry-run shows all")
    told = f"{len(done.created):,} new, {len(done.updated):,} changed, {done.same:,} as they are"
    session.say(f"{told}{f', {done.skipped:,} left out' if done.skipped else ''}")
    if not done.authored.edits or wishes["dry_run"]:
        session.say("nothing was written" if wishes["dry_run"] else "nothing to do")
        return 0
    if not wishes["yes"]:
        if not sys.stdin.isatty():
            raise UsageError("nobody is here to say yes", help="pass --yes to write without a question")
        if click.prompt("Write this? Only `yes` is a yes", default="", show_default=False, err=True) != "yes":
            session.say("nothing was written")
            return 0
    pipeline.write(settings, done.authored)
    pipeline.refresh_live(settings, done.authored.after)
    session.say(f"written: {count(len(done.authored.edits), 'file')}")
    if not wishes["no_record"]:
        note(settings, done, origin.source, origin.name, origin.site, session.say, mapping=origin.mapping)
    return 0


command.add_command(csv_, "csv")
