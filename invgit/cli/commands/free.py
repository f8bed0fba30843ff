"""`invgit network free NETWORK`: addresses that nobody has."""

from contextlib import suppress
from itertools import islice

import click

from invgit.cli.complete import addresses
from invgit.cli.looks import from_option, looked
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, output_option
from invgit.cli.views.table import rows_as
from invgit.errors import Refused
from invgit.model.kinds import Network
from invgit.model.naming import meant
from invgit.model.spec import KindSpec


def free_of(spec: KindSpec) -> click.Command:
    """The command; only networks have it."""

    @click.command("free")
    @click.argument("network", shell_complete=addresses(spec.name))
    @click.option("-n", "--count", "number", type=click.IntRange(1, 100_000), default=1, show_default=True,
                  help="So many, the lowest first.")  # fmt: skip
    @click.option("-4", "version", flag_value=4, type=int, help="IPv4 addresses; the default where there are any.")
    @click.option("-6", "version", flag_value=6, type=int, help="IPv6 addresses.")
    @output_option
    @from_option
    @embedded_option
    @click.pass_obj
    def command(
        session: Session, network: str, number: int, version: int | None, output: str, origin: str, *, embedded: bool
    ) -> int:
        """Show the next free addresses of a NETWORK.

        Free is what no device, interface or reservation has, no gateway or DNS server is, and no DHCP range holds. Ends
        with 5 where nothing is free, and says what takes the addresses.
        """
        from invgit.model.free import room

        inventory, code = looked(session, origin, embedded=embedded)
        found = inventory.at(meant(network, [each.address for each in inventory.of(Network)], spec.name))
        assert found is not None, "it was found there"
        there = room(inventory, found, version)
        free = there.free()
        ips = [next(free)]  # refuses where there is none
        with suppress(Refused):
            ips.extend(islice(free, number - 1))
        click.echo("\n".join(ips) if output == "table" else rows_as(output, [{"ip": ip} for ip in ips]))
        if len(ips) < number:
            session.say(f"no more than {len(ips):,} are free")
        return code

    return command
