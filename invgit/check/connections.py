"""Connections: two ends, each pair of them once."""

from collections.abc import Iterator

from invgit.check.rule import Context, Finding, constraint, error, standing
from invgit.model.entity import Entity
from invgit.model.kinds import Connection


@error
def connection_to_itself(context: Context) -> Iterator[Finding]:
    """A connection joins two devices.

    Wrong:
        devices:
          nas: {name: NAS, type: nas}
        connections:
          loop: {from: nas, to: nas}
    Right:
        devices:
          nas: {name: NAS, type: nas}
          switch: {name: Switch, type: switch}
        connections:
          nas--switch: {from: nas, to: switch}
    """
    for connection in context.inventory.of(Connection):
        if connection.values.source == connection.values.target:
            help = "name the device at the other end"
            yield Finding(connection, ("to",), "the connection leads back to where it begins", help)


@constraint
def duplicate_connection(context: Context) -> Iterator[Finding]:
    """A cable is described once, from whichever end.

    Wrong:
        devices:
          nas: {name: NAS, type: nas}
          switch: {name: Switch, type: switch}
        connections:
          one: {from: nas, to: switch, type: ethernet, to_port: "4"}
          two: {from: switch, to: nas, type: ethernet, from_port: "4"}
    Right:
        devices:
          nas: {name: NAS, type: nas}
          switch: {name: Switch, type: switch}
        connections:
          one: {from: nas, to: switch, type: ethernet, to_port: "4"}
          two: {from: nas, to: switch, type: ethernet, to_port: "5"}
    """
    seen: dict[tuple[object, ...], Entity[Connection]] = {}
    for connection in context.inventory.of(Connection):
        values = connection.values
        ends = sorted(((values.source, values.from_port or ""), (values.target, values.to_port or "")))
        first, second = sorted((seen.setdefault((values.type, *ends), connection), connection), key=standing)
        if first is not second:
            seen[(values.type, *ends)] = first
            message = f"the same connection as {first.address}"
            yield Finding(second, (), message, "delete one of the two", ((first, (), "the first is here"),))
