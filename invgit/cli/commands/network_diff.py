"""`invgit network diff`: how what was seen on networks differs from what is declared."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from invgit.cli.commands.network_import import read_files
from invgit.cli.main import Session
from invgit.cli.options import compiled, now_option, output_option, say_some
from invgit.cli.views.table import rows_as
from invgit.errors import UsageError
from invgit.model.scans import Scan
from invgit.model.spec import KindSpec
from invgit.sources.scan.formats import FORMATS
from invgit.text.inert import line
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.config import Settings
    from invgit.model.inventory import Inventory
    from invgit.sources.scan.differences import Difference, Differences

_COLUMNS = ("kind", "what", "name", "vendor", "way")
_CHANGED = 4


def diff_of(_: KindSpec) -> click.Command:
    """The command; only networks have it."""

    @click.command("diff")
    @click.argument("files", metavar="[FILE…]", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
    @click.option("--site", "sites", multiple=True, metavar="SITE", help="Only this site; may be repeated.")
    @click.option(
        "--format",
        "form",
        type=click.Choice([*FORMATS]),
        help="What the files are, where invgit does not see it itself.",
    )
    @click.option("--exit-code", is_flag=True, help="End with 4 where anything differs.")
    @output_option
    @now_option
    @click.pass_obj
    def command(session: Session, /, now: datetime, output: str, *, exit_code: bool, **wishes: Any) -> int:
        """Compare the last scan of this machine, or FILEs, with what is declared; nothing is written, or proposed.

        untracked: seen, and not described. missing: declared where it was looked, and not seen. changed: seen with
        another address or name. conflicting: two hosts with one address, or a declared one answered by another host.
        """
        from invgit.pipeline import scanned

        settings = session.settings()
        inventory = compiled(session, settings, now)
        scans = _scans(session, settings, inventory, now, wishes)
        rows = []
        for site, scan in scans.items():
            found = scanned.differences(inventory, site, scan)
            rows += [_row(site, each) for each in found.rows]
            _tell(session, site, scan, found)
        if rows or output != "table":
            click.echo(rows_as(output, rows, _COLUMNS))
        else:
            session.say(f"nothing differs at {', '.join(scans)}")
        return _CHANGED if exit_code and rows else 0

    return command


def _scans(
    session: Session, settings: "Settings", inventory: "Inventory", now: datetime, wishes: dict[str, Any]
) -> dict[str, Scan]:
    """What is compared, by site."""
    from invgit.pipeline import scanned

    if wishes["files"]:
        files = read_files(wishes["files"], now, wishes["form"])
        site = scanned.site_of(settings, inventory, files.values(), wishes["sites"])
        return {site: scanned.combined([*files.values()], site)}
    wanted = scanned.sites(settings, inventory, wishes["sites"])
    found = {site: scan for site in wanted if (scan := scanned.kept(settings, site))}
    if not found:
        help = "`invgit network scan` makes one; `invgit network diff FILE` takes one that is there"
        raise UsageError(f"this machine has no scan of {', '.join(wanted)}", help=help)
    for site in wanted:
        if site not in found:
            session.say(f"{site}: this machine has not scanned it")
    return found


def _row(site: str, found: "Difference") -> dict[str, Any]:
    return {
        "site": site,
        "kind": found.kind,
        "device": str(found.address) if found.address else None,
        "field": found.field,
        "declared": found.declared,
        "seen": found.seen,
        "ip": found.ip,
        "mac": found.mac,
        "name": found.name,
        "vendor": found.vendor,
        "what": found.sentence,
        "way": found.way,
    }


def _tell(session: Session, site: str, scan: Scan, found: "Differences") -> None:
    """What was compared, and what is not shown, for the person."""
    looked = sorted({f"{each.cidr} ({each.method}, {each.at})" for each in scan.networks})
    session.say(f"{site}: {', '.join(looked) or f'a list ({scan.method}), by which nothing can be missing'}")
    if found.randomised:
        made_up = count(found.randomised, "host")
        session.say(f"{site}: {made_up} with a made-up hardware address, as phones have, not shown")
    say_some(session, [f"{site}: {line(text)}" for text in found.warnings])
