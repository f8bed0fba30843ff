"""`invgit network vendor MAC…`: who made the device with an address."""

import click

from invgit.cli.main import Session
from invgit.cli.options import output_option
from invgit.cli.views.table import rows_as
from invgit.errors import UsageError
from invgit.model.spec import KindSpec


def vendor_of(_: KindSpec) -> click.Command:
    """The command; only networks have it."""

    @click.command("vendor")
    @click.argument("macs", metavar="MAC…", nargs=-1, required=True)
    @output_option
    @click.pass_obj
    def command(_: Session, macs: tuple[str, ...], output: str) -> int:
        """Show who made the devices with these MAC addresses.

        A MAC is written in any of the usual ways; its first three to five octets are enough. Vendors are looked up on
        this machine, nobody is asked.
        """
        from invgit.sources.scan.vendors import WORDS, sort, vendors

        known, rows = vendors(), []
        for mac in _normal(macs):
            said = sort(mac)
            rows.append({"mac": mac, "sort": WORDS[said] if output == "table" else said, "vendor": known(mac)})
        if output == "table":
            rows = [{**row, "vendor": row["vendor"] or "unknown"} for row in rows]
        click.echo(rows_as(output, rows))
        return 0

    return command


def _normal(texts: tuple[str, ...]) -> list[str]:
    """All of them in normal form. Raises UsageError that tells of all that are wrong."""
    from invgit.model.addresses import mac_or_part

    found, wrong = [], []
    for text in texts:
        try:
            found.append(mac_or_part(text))
        except UsageError as error:
            wrong.append(error.message)
    if wrong:
        raise UsageError("\n".join(wrong))
    return found
