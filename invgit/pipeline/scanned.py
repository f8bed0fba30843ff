"""Networks scanned, and what other programs know of them taken in: compared with what is declared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from invgit.config import Settings
from invgit.errors import BrokenFile, InvgitError, UsageError
from invgit.model.fields import made
from invgit.model.findings import Look, Remembered
from invgit.model.inventory import Inventory
from invgit.model.kinds import Network, Site
from invgit.model.opened import MAX_BYTES
from invgit.model.scans import Scan
from invgit.model.settings import lasting
from invgit.pipeline.connected import Say, database
from invgit.pipeline.files import OURS, own, put, said, unseen
from invgit.pipeline.looked import Looked, LookWith, Rules, Run, Wishes
from invgit.sources.scan.settings import LINKS, SOURCE, Method, NetworkScan

if TYPE_CHECKING:
    from invgit.sources.scan.differences import Differences

_KEPT = "scans"
"""Where the last scan of each site is kept: it can be made again."""
Progress = Callable[[int, int], None]
"""Is told how many addresses are done, and of how many."""


@dataclass(frozen=True, slots=True)
class How:
    """How networks are scanned."""

    networks: tuple[str, ...] = ()
    """Which, by their slugs; those of the settings without any."""
    method: Method | None = None
    """Instead of that of the settings."""
    quick: bool = False
    """Whether one look has to do: who sleeps is not waited for."""
    large: bool = False
    """Whether networks of more than 4,096 addresses may be scanned."""


class Scanned(NamedTuple):
    """A scan of a site's networks, or why there is none."""

    site: str
    scan: Scan | InvgitError
    took: timedelta = timedelta()


def sites(settings: Settings, inventory: Inventory, words: Iterable[str]) -> list[str]:
    """The sites that are meant, by their paths; without words those of the settings, or the only one with a network.

    Raises UsageError where that is not clear.
    """
    from invgit.model.naming import meant
    from invgit.sources.scan.targets import DECLARE

    known = [each.address for each in inventory.of(Site)]
    if found := sorted({meant(word, known, "site").path for word in words}):
        return found
    if named := sorted(settings.sources.scan if settings.sources else ()):
        return named
    able = sorted({each.address.site for each in inventory.of(Network) if each.address.site and each.values.cidr})
    if len(able) == 1:
        return able
    if not able:
        raise UsageError("no site has a network with a CIDR: there is nothing to look at", help=DECLARE)
    raise UsageError(
        f"{len(able):,} sites have networks: {', '.join(able[:10])}",
        help="--site says which of them this machine is at; `sources: {scan: …}` in invgit.yaml says so for good",
    )


def wishes_of(settings: Settings, site: str) -> NetworkScan:
    """What the settings say of scans of a site."""
    found = settings.sources.scan.get(site) if settings.sources else None
    return found or made(NetworkScan, {})


def scan(
    settings: Settings, at: datetime, inventory: Inventory, wanted: Sequence[str], how: How, progress: Progress
) -> list[Scanned]:
    """Scan the networks of sites, one after the other. What cannot be scanned stops no other one."""
    from invgit.sources.scan.scanned import scan as scan_networks
    from invgit.sources.scan.targets import targets

    done = []
    for site in wanted:
        begun, wishes = monotonic(), wishes_of(settings, site)
        found: Scan | InvgitError
        try:
            if inventory.get(Site, site) is None:
                raise UsageError(f"invgit.yaml has scans of {site}, and there is no such site")
            there = targets(inventory, site, how.networks or wishes.networks, large=how.large)
            method = how.method or wishes.method
            found = scan_networks(there, site, at, method=method, quick=how.quick, progress=progress)
        except InvgitError as error:
            found = error
        done.append(Scanned(site, found, timedelta(seconds=monotonic() - begun)))
    return done


def take(
    settings: Settings,
    at: datetime,
    inventory: Inventory,
    scans: Sequence[Scanned],
    wishes: Wishes,
    say: Say,
    *,
    imported: Mapping[str, int] | None = None,
) -> list[Looked]:
    """Keep what scans have seen, and propose what differs; by site. Raises LockBusy, DatabaseError.

    `imported` says that the scans were no runs of ours: the files that they were read from, and the rows of each.
    """
    from invgit.state.lock import only_sync

    with database(settings, "sync", say) as connection, only_sync(connection):
        run = Run(SOURCE, settings, connection, inventory, at, wishes)
        done = []
        for each in scans:
            said = wishes_of(settings, each.site)
            rules = Rules((*said.owns, *LINKS), said.missing_after, lasting(said.stale_after))
            looked = run.done(each.site, rules, _look(run, each, said), each.took, noted=imported is None)
            done.append(looked)
            if imported is not None and not looked.error:
                _note(run, each, looked, imported)
        run.clear(say)
        return done


def _look(run: Run, scanned: Scanned, said: NetworkScan) -> LookWith:
    """What a scan says of its site."""

    def looked(known: Mapping[str, Remembered]) -> Look:
        from invgit.sources.scan.look import look
        from invgit.sources.scan.vendors import vendors

        if isinstance(scanned.scan, InvgitError):
            raise scanned.scan
        return look(scanned.scan, run.inventory, scanned.site, run.at, known, said, vendors())

    return looked


def _note(run: Run, scanned: Scanned, looked: Looked, files: Mapping[str, int]) -> None:
    """Put the import of files on record."""
    from invgit.state import imports
    from invgit.state.database import actor, translated

    assert isinstance(scanned.scan, Scan), "else it had failed"
    assert looked.recorded is not None, "likewise"
    taken, total = looked.recorded.new + looked.recorded.changed, sum(files.values())
    batch = imports.Batch(
        f"{SOURCE}:{scanned.scan.method}",
        ", ".join(files),
        total,
        taken,
        skipped=max(total - taken, 0),
        errors=scanned.scan.warnings,
        options={"files": dict(files), "networks": [each.cidr for each in scanned.scan.networks]},
        site=scanned.site,
    )
    with translated(), run.connection.transaction():
        imports.note(run.connection, batch, actor())


# --- files ------------------------------------------------------------------------------------------------------------


def file_bytes(path: Path) -> bytes:
    """The bytes of somebody's file, or of a pipe. Raises InvgitError where it cannot be read, or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES // 2**20} MiB", help="no list of hosts of a site is")
    return data


def opened(name: str, data: bytes, at: datetime, form: str | None) -> Scan:
    """What a file of ours, or of another program, says of hosts. Raises BrokenFile."""
    from invgit.sources.scan.formats import read_hosts

    return read_hosts(name, data, at, form)


def combined(scans: Sequence[Scan], site: str | None) -> Scan:
    """Several files about one site as one scan: leases, and the hosts that the server always gives their address."""
    from invgit.sources.scan.combined import combined as of

    return of(scans, site)


def site_of(settings: Settings, inventory: Inventory, scans: Iterable[Scan], words: Sequence[str]) -> str:
    """The site that files are about: the one that is said, else that of the files, else the only one there is.

    What is said may stand for a name that is no site's any more; not for another site. Raises UsageError.
    """
    named = {each.site for each in scans if each.site}
    found = sites(settings, inventory, words or named)
    if len(found) > 1:
        raise UsageError(f"these files are about one site, and there are {', '.join(found)}", help="say --site")
    if others := sorted(each for each in named.difference(found) if inventory.get(Site, each)):
        told = f"these files say that they are about {', '.join(others)}, and --site says {found[0]}"
        raise UsageError(told, help="take files of one site at a time, without --site")
    return found[0]


def keep(settings: Settings, scanned: Scan, site: str) -> Scan:
    """Let this be the last scan of a site, where it looked; elsewhere the earlier ones stay. All that is kept then.

    Raises Refused where a link would have it land elsewhere, InvgitError where it cannot be written.
    """
    from invgit.sources.scan.document import merged, written

    earlier = None
    with suppress(BrokenFile):  # it is made anew
        earlier = kept(settings, site)
    with_earlier = merged(earlier, scanned)
    path = _place(site)
    try:
        unseen(settings.root / OURS)
        put(own(settings.root, path), written(with_earlier))
    except OSError as error:
        raise InvgitError(f"the scan cannot be kept in {path}: {error.strerror}") from None
    return with_earlier


def kept(settings: Settings, site: str) -> Scan | None:
    """The last scan of a site on this machine; None where there is none. Raises BrokenFile, Refused for a link."""
    from invgit.sources.scan.document import read

    path = _place(site)
    data = said(own(settings.root, path), MAX_BYTES)
    try:
        return None if data is None else read(data, f"{OURS}/{path}")
    except BrokenFile as error:
        raise BrokenFile(error.message, help="`invgit network scan` makes it anew") from None


def _place(site: str) -> str:
    return f"{_KEPT}/{site}.json"


def write_scan(path: Path, scans: Sequence[Scan]) -> None:
    """Write scans to a file of somebody's choice, as one. Raises InvgitError where that fails."""
    from invgit.sources.scan.document import written

    found = scans[0] if len(scans) == 1 else combined(scans, None)
    try:
        put(path, written(found))
    except OSError as error:
        raise InvgitError(f"{path} cannot be written: {error.strerror}") from None


def differences(inventory: Inventory, site: str, found: Scan) -> "Differences":
    """How what was seen at a site differs from what is declared there."""
    from invgit.sources.scan.differences import differences as between
    from invgit.sources.scan.vendors import vendors

    return between(found, inventory, site, vendors())
