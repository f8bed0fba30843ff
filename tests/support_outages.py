"""What goes wrong with the server, and with a client that stands still: faults that need a server of one's own."""

import signal
import threading
import time
from collections.abc import Callable
from typing import Literal

from support_faults import Fault, Trial, lock_free
from support_proxy import Point
from support_server import Server

_AWAY = 0.7
"""Seconds that a server which was stopped is away."""
_LIMIT = 1500
"""Milliseconds after which the server ends an idle session, where a test waits for it."""


def outages(server: Server) -> tuple[Fault, ...]:
    """The server is stopped or killed, and comes back."""

    def stopped(mode: Literal["fast", "immediate"]) -> Fault:
        return _outage(f"server stopped ({mode})", lambda: server.stop(mode), server)

    return stopped("fast"), stopped("immediate"), _outage("postmaster SIGKILL", server.kill, server)


def _outage(name: str, stop: Callable[[], None], server: Server) -> Fault:
    back = threading.Event()

    def start() -> None:
        time.sleep(_AWAY)
        server.start()
        back.set()

    def strike(_trial: Trial) -> None:
        back.clear()
        stop()
        threading.Thread(target=start).start()

    def meanwhile(trial: Trial) -> None:
        if _struck(trial):
            assert back.wait(60), "the server did not come back"

    outlived = "SIGKILL" in name  # for a moment sessions live on without their postmaster, and may still commit
    return Fault(name, strike, ("before", "sent", "after"), passing=outlived, meanwhile=meanwhile)


def _struck(trial: Trial) -> bool:
    run = trial.client()
    while not trial.struck:
        if run.over.wait(0.005):
            return bool(trial.struck)
    return True


def _stand_still(trial: Trial) -> None:
    trial.client().signal(signal.SIGSTOP)


def _wake(trial: Trial) -> None:
    """Once somebody else could have the lock; a client that stands still has it no longer than the server allows."""
    if _struck(trial):
        trial.held = lock_free(trial.database) - trial.struck
        trial.client().signal(signal.SIGCONT)


def _not_in_a_copy(point: Point) -> bool:
    """In the middle of a COPY the server waits for its next piece for as long as the client lives."""
    return not point.label.startswith("COPY")


STANDS_STILL = Fault(
    "SIGSTOP",
    _stand_still,
    at=_not_in_a_copy,
    passing=True,
    options=f"-c idle_session_timeout={_LIMIT} -c idle_in_transaction_session_timeout={_LIMIT}",
    meanwhile=_wake,
)
"""The client stands still, and goes on when the server has given it up. In a session with limits that a test can wait
for; without them they are a minute."""
