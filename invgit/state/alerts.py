"""What each receiver of messages was told and is still so."""

from collections.abc import Collection, Iterable

from invgit.model.alerts import Alert
from invgit.state.database import Connection, translated
from invgit.state.storable import text


def told(connection: Connection) -> dict[str, list[Alert]]:
    """What was told and is not over, by receiver."""
    found: dict[str, list[Alert]] = {}
    with translated():
        for receiver, *alert in connection.execute("SELECT receiver, kind, key, site, text FROM alerts"):
            found.setdefault(receiver, []).append(Alert(*alert))
    return found


def keep(connection: Connection, receiver: str, begun: Collection[Alert], gone: Collection[Alert]) -> None:
    """Remember that a receiver has been told what has begun, and forget what is over; all of it or nothing."""
    with translated(), connection.transaction():
        connection.execute(
            "DELETE FROM alerts USING unnest(%s::text[], %s::text[]) AS g (kind, key)"
            " WHERE receiver = %s AND alerts.kind = g.kind AND alerts.key = g.key",
            [*_columns(gone, "kind", "key"), receiver],
        )
        connection.execute(
            "INSERT INTO alerts (receiver, kind, key, site, text)"
            " SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            [receiver, *_columns(begun, "kind", "key", "site", "text")],
        )


def forget_others(connection: Connection, receivers: Iterable[str]) -> None:
    """Forget what was told to whom nobody tells anything any more."""
    with translated():
        connection.execute("DELETE FROM alerts WHERE receiver <> ALL (%s)", [list(receivers)])


def _columns(alerts: Collection[Alert], *names: str) -> list[list[str | None]]:
    return [[None if (value := getattr(each, name)) is None else text(value) for each in alerts] for name in names]
