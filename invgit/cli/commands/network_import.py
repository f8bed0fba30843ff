"""`invgit network import FILE…`: take in what other programs know of hosts, and propose what differs from the YAML."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from invgit.cli import branching, proposing
from invgit.cli.branching import branch_options
from invgit.cli.commands.network_scan import scan_row
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, now_option, output_option
from invgit.errors import InvgitError, UsageError
from invgit.model.scans import Scan
from invgit.model.spec import KindSpec
from invgit.sources.scan.formats import FORMATS
from invgit.sources.scan.settings import SOURCE


def import_of(_: KindSpec) -> click.Command:
    """The command; only networks have it."""

    @click.command("import")
    @click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
    @click.option("--site", metavar="SITE", help="The site that the files are about.")
    @click.option(
        "--format",
        "form",
        type=click.Choice([*FORMATS]),
        help="What the files are, where invgit does not see it itself.",
    )
    @click.option("--accept", is_flag=True, help="Accept what is proposed: write it to the YAML files.")
    @click.option("--allow-shrink", is_flag=True, help="Believe it when much has gone at once.")
    @branch_options
    @output_option
    @now_option
    @embedded_option
    @click.pass_obj
    def command(session: Session, /, now: datetime, output: str, *, embedded: bool, **wishes: Any) -> int:
        """Take in scans and lists of hosts: nmap, arp-scan, neighbour tables, DHCP leases, UniFi's clients.

        Several files about one site are one look at it. What differs from the YAML is proposed, in
        changes/<organization>/<site>/scan.yaml. Who is not on a list, such as leases, is not missing by it.
        """
        from invgit.pipeline import scanned
        from invgit.pipeline.looked import Wishes

        wish = branching.wanted(wishes["branch"], push=wishes["push"], pr=wishes["pr"])
        settings = session.settings(embedded=embedded)
        files = read_files(wishes["files"], now, wishes["form"])
        found = proposing.understood(settings, now)
        site = scanned.site_of(settings, found.inventory, files.values(), [wishes["site"]] if wishes["site"] else [])
        looked = scanned.Scanned(site, scanned.combined([*files.values()], site))
        treated = Wishes(observe_only=found.failed, shrink_allowed=wishes["allow_shrink"])
        names = Counter(path.name for path in files)
        rows = {path.name if names[path.name] == 1 else str(path): len(one.hosts) for path, one in files.items()}
        done = scanned.take(settings, now, found.inventory, [looked], treated, session.say, imported=rows)
        proposing.show(session, output, done, [scan_row(each, looked) for each in done])
        accept = wishes["accept"] or wish is not None
        return proposing.finished(
            session, settings, now, done, proposing.How(SOURCE, wish, accept, failed=found.failed)
        )

    return command


def read_files(paths: "tuple[Path, ...]", now: datetime, form: str | None) -> dict[Path, Scan]:
    """What files say of hosts. Raises InvgitError with all that is wrong with all of them."""
    from invgit.pipeline import scanned

    found: dict[Path, Scan] = {}
    wrong: list[InvgitError] = []
    for path in dict.fromkeys(paths):
        try:
            found[path] = scanned.opened(path.name, scanned.file_bytes(path), now, form)
        except InvgitError as error:
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        told = "\n".join(f"{each.message}; {each.help}" if each.help else each.message for each in wrong)
        raise type(wrong[0])(told, help="nothing was taken in")
    if not found:
        raise UsageError("no file is named")
    return found
