"""`invgit network scan`: look at who is on the networks of a site, and propose what differs from the YAML."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from invgit.cli import branching, proposing
from invgit.cli.branching import branch_options
from invgit.cli.main import Session, complain
from invgit.cli.options import embedded_option, now_option, output_option, say_some
from invgit.cli.views.table import rows_as
from invgit.errors import InvgitError, UsageError
from invgit.model.scans import Scan
from invgit.model.spec import KindSpec
from invgit.sources.scan.settings import SOURCE, Method
from invgit.text.inert import line

if TYPE_CHECKING:
    from invgit.model.inventory import Inventory
    from invgit.pipeline.looked import Looked
    from invgit.pipeline.scanned import Scanned


def scan_of(_: KindSpec) -> click.Command:
    """The command; only networks have it."""

    @click.command("scan")
    @click.option(
        "--site", "sites", multiple=True, metavar="SITE", help="The site this machine is at; may be repeated."
    )
    @click.option("--network", "networks", multiple=True, metavar="NETWORK", help="Only this network; may be repeated.")
    @click.option("--method", type=click.Choice(get_args(Method)),
                  help="How to look; auto, the default: arp-scan where it may be used, else neighbours.")  # fmt: skip
    @click.option("--quick", is_flag=True, help="Look once: who is asleep is not waited for.")
    @click.option("--large", is_flag=True, help="Also networks of more than 4,096 addresses.")
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the scan to this file, too.")
    @click.option("--no-import", is_flag=True, help="Only look: nothing is proposed, and no database is needed.")
    @click.option("--accept", is_flag=True, help="Accept what is proposed: write it to the YAML files.")
    @click.option("--allow-shrink", is_flag=True, help="Believe it when much has gone at once.")
    @branch_options
    @output_option
    @now_option
    @embedded_option
    @click.pass_obj
    def command(session: Session, /, now: datetime, output: str, *, embedded: bool, **wishes: Any) -> int:
        """Look at who is on the declared networks of a site, which this machine has to be on.

        The default needs no rights and no program. Who is there is kept in the database; what differs from the YAML is
        proposed, in changes/<organization>/<site>/scan.yaml: `invgit changes` shows it, accepts it, rejects it.
        `invgit network diff` shows all that differs. Nothing is sent to any address outside these networks.
        """
        from invgit.pipeline import scanned
        from invgit.pipeline.looked import Wishes

        wish = branching.wanted(wishes["branch"], push=wishes["push"], pr=wishes["pr"])
        accept = wishes["accept"] or wish is not None
        if wishes["no_import"] and (accept or wishes["allow_shrink"]):
            raise UsageError("--no-import proposes nothing: there is nothing to accept")
        settings = session.settings(embedded=embedded)
        found = proposing.understood(settings, now)
        how = scanned.How(wishes["networks"], wishes["method"], wishes["quick"], wishes["large"])
        wanted = scanned.sites(settings, found.inventory, wishes["sites"])
        with _progress(session) as progress:
            scans = scanned.scan(settings, now, found.inventory, wanted, how, progress)
        good = {each.site: each.scan for each in scans if isinstance(each.scan, Scan)}
        for site, scan in good.items():
            scanned.keep(settings, scan, site)
        if wishes["out"] and good:
            scanned.write_scan(wishes["out"], [*good.values()])
        if wishes["no_import"]:
            return _shown(session, found.inventory, output, scans)
        treated = Wishes(observe_only=found.failed, shrink_allowed=wishes["allow_shrink"])
        try:
            done = scanned.take(settings, now, found.inventory, scans, treated, session.say)
        except InvgitError:
            if good:
                session.say("the scan is kept: `invgit network diff` compares it, which needs no database")
            raise
        proposing.show(session, output, done, [scan_row(*both) for both in zip(done, scans, strict=True)])
        how_ = proposing.How(SOURCE, wish, accept, failed=found.failed)
        return proposing.finished(session, settings, now, done, how_)

    return command


@contextmanager
def _progress(session: Session) -> Iterator[Callable[[int, int], None]]:
    """A bar for the person who waits, at a terminal."""
    if session.quiet or not sys.stderr.isatty():
        yield _nobody
        return
    with click.progressbar(length=1, label="Scanning", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield progress


def _nobody(_: int, __: int) -> None:
    """Nobody waits."""


def _shown(session: Session, inventory: "Inventory", output: str, found: "list[Scanned]") -> int:
    """Who is there, for `--no-import`."""
    rows: list[dict[str, Any]] = []
    code = 0
    for each in found:
        if isinstance(each.scan, InvgitError):
            complain(f"{each.site}: {each.scan.message}", each.scan.help)
            code = code or each.scan.exit_code
            continue
        say_some(session, [f"{each.site}: {line(text)}" for text in each.scan.warnings])
        rows += _hosts(inventory, each.site, each.scan)
    click.echo(rows_as(output, rows, _COLUMNS))
    return code


_COLUMNS = ("site", "ip", "mac", "hostname", "vendor", "state", "device")


def _hosts(inventory: "Inventory", site: str, scan: Scan) -> Iterator[dict[str, Any]]:
    """Hosts, with the devices that they are."""
    from invgit.sources.scan.matching import Matching
    from invgit.sources.scan.vendors import vendors

    vendor, found = vendors(), Matching(scan, inventory, site).found
    devices = {host: match.port.device.address for nic, match in found.items() for host in nic.hosts}
    for host in scan.hosts:
        yield {
            "site": site,
            "ip": host.ip,
            "mac": host.mac,
            "hostname": host.hostname,
            "vendor": (vendor(host.mac) if host.mac else None) or host.vendor,
            "state": host.state,
            "device": str(devices[host]) if host in devices else None,
        }


def scan_row(done: "Looked", found: "Scanned") -> dict[str, Any]:
    """A scan of one site, and what is proposed of it."""
    scan = found.scan if isinstance(found.scan, Scan) else None
    return {**proposing.row(done), "hosts": len(scan.hosts) if scan else 0, **proposing.end(done)}
