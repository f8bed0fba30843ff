"""One controller, asked for all that a look needs."""

from dataclasses import dataclass

from invgit.errors import SourceError
from invgit.sources.homeseer.answers import Session
from invgit.sources.homeseer.client import Client
from invgit.sources.homeseer.collapse import Collapsed, collapse
from invgit.sources.homeseer.settings import Controller, Room


@dataclass(frozen=True, slots=True)
class Answered:
    """What a controller has, and how it calls its places."""

    devices: Collapsed
    session: Session
    warnings: tuple[str, ...] = ()
    """What was odd about its answers."""


def answered(controller: Controller, room: Room | None) -> Answered:
    """Ask a controller. Raises SourceError when there is no answer, or none that can be used.

    Which of two locations is the room has to be known: `room` says it, else the controller. A guess that is another
    one at the next look would move every device.
    """
    with Client(controller) as client:
        status = client.status()
        session = Session()
        try:
            session = client.session()
        except SourceError as error:
            if room is None:
                way = "say `room: location1` or `room: location2` in invgit.yaml: then nobody has to ask"
                raise SourceError(error.message, help=f"{error.help or ''}\n{way}".strip()) from None
        return Answered(collapse(status.records), session, (*client.warnings, *status.warnings))
