"""Every scalar has one normal form: it reads back as itself, and PostgreSQL reads it as we do."""

import ipaddress
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Annotated, Any

import psycopg
import pytest
from hypothesis import given
from pydantic_core import ValidationError
from support_database import Cluster
from support_scalars import checked
from support_strategies import SEEDS
from support_values import freeform, line, one

from invgit.model.marks import Scalar
from invgit.model.scalars import Json
from invgit.model.spec import FieldSpec, leaves, specs
from invgit.text.document import Quoted

MANY = 40
"""Values of a scalar in one example."""
FIELDS = {
    f"{field.scalar.what}, {field.scalar.sql}": field
    for spec in specs().values()
    for _, field in leaves(spec.declarable)
    if field.scalar is not None and field.base == "scalar"
}


def _mac(chance: Random) -> str:
    digits = f"{chance.randrange(256) & 0xFE:02x}{chance.randrange(1, 2**40):010x}"
    pairs = [digits[at : at + 2] for at in range(0, 12, 2)]
    fours = [digits[at : at + 4] for at in range(0, 12, 4)]
    text = chance.choice([":".join(pairs), "-".join(pairs), ".".join(fours), digits])
    return chance.choice([text, text.upper()])


def _ip4(chance: Random) -> str:
    return str(ipaddress.IPv4Address(chance.randrange(1 << 24, 223 << 24)))


def _ip6(chance: Random) -> str:
    number = chance.choice([chance.getrandbits(128), chance.getrandbits(32), 0xFFFF << 32 | chance.getrandbits(32),
                            0xFE80 << 112 | chance.getrandbits(64), 1 << 96 | chance.randrange(9), 1])  # fmt: skip
    address = ipaddress.IPv6Address(number)
    dotted = f"::ffff:{ipaddress.IPv4Address(number & 0xFFFFFFFF)}" if address.ipv4_mapped else str(address)
    return chance.choice([str(address), address.exploded, str(address).upper(), dotted])


def _cidr(chance: Random, width: int) -> str:
    length = chance.choice([0, 1, 8, 24, width - 1, width, chance.randrange(width + 1)])
    made = ipaddress.IPv4Network if width == 32 else ipaddress.IPv6Network
    network = made((chance.getrandbits(width) >> (width - length) << (width - length), length))
    return chance.choice([str(network), network.exploded, str(network).upper()])


_MADE: dict[str, Callable[[Random], str]] = {
    "a MAC address": _mac,
    "a Bluetooth address": _mac,
    "an EUI-64": lambda chance: chance.choice(["0x{:016X}", "{:016x}"]).format(chance.getrandbits(64)),
    "an IPv4 address": _ip4,
    "an IPv6 address": _ip6,
    "an IP address": lambda chance: chance.choice([_ip4, _ip6])(chance),
    "an IPv4 network": lambda chance: _cidr(chance, 32),
    "an IPv6 network": lambda chance: _cidr(chance, 128),
}


def spellings(chance: Random, field: FieldSpec) -> Iterator[str]:
    """Values as people write them; nearly all are right."""
    assert field.scalar
    for _ in range(MANY):
        made = _MADE.get(field.scalar.what)
        yield made(chance) if made else one(chance, field)
    yield from (line(chance, 300) for _ in range(5))


def normal(scalar: Any, text: Any) -> Any:
    """The normal form; None for what is refused."""
    try:
        return checked(scalar, text)
    except ValidationError:
        return None


@pytest.fixture(scope="module")
def connection(cluster: Cluster) -> Iterator[psycopg.Connection]:
    with cluster.database(migrated=False) as made, made.connect() as opened:
        opened.execute("SET timezone = 'UTC'")
        yield opened


@pytest.mark.parametrize("what", FIELDS)
@given(seed=SEEDS)
def test_a_normal_form_reads_back_and_is_what_postgresql_reads(
    connection: psycopg.Connection, what: str, seed: int
) -> None:
    field, scalar = FIELDS[what], FIELDS[what].scalar
    assert scalar
    kind = Annotated[field.python, scalar]
    pairs = [(text, normal(kind, text)) for text in spellings(Random(seed), field)]
    right = [(text, made) for text, made in pairs if made is not None]
    assert len(right) > MANY // 2
    for _, made in right:
        assert normal(kind, str(made).lower() if isinstance(made, bool) else str(made)) == made
    query = (
        "SELECT (v::{0})::text, to_jsonb(v::{0})::text, v::{0} = u::{0} FROM unnest(%s::text[], %s::text[]) t (v, u)"
    )
    rows = connection.execute(
        query.format(scalar.sql).encode(),
        [[json.dumps(made) if isinstance(made, bool) else str(made) for _, made in right],
         [text if _reads(scalar, text) else str(made) for text, made in right]],
    ).fetchall()  # fmt: skip
    for (text, made), (shown, as_json, equal) in zip(right, rows, strict=True):
        assert equal is True, text
        assert _read(scalar, shown, json.loads(as_json, parse_float=str)) == made


def _reads(scalar: Scalar, text: str) -> bool:
    """Whether PostgreSQL understands what people write as we do; other spellings are ours alone."""
    return scalar.sql in {"macaddr", "inet", "date", "timestamptz", "boolean", "integer"} or "decimal" in scalar.sql


def _read(scalar: Scalar, shown: str, as_json: Any) -> Any:
    """A value as PostgreSQL shows it, in our normal form."""
    if scalar.sql == "inet":
        return str(ipaddress.ip_interface(shown).ip)
    if scalar.sql.startswith("decimal"):
        text = shown.rstrip("0").rstrip(".") if "." in shown else shown
        return "0" if text in {"-0", ""} else text
    if scalar.sql == "timestamptz":
        return datetime.fromisoformat(as_json).isoformat().replace("+00:00", "Z")
    return as_json


@given(seed=SEEDS)
def test_free_form_values_read_back_and_are_what_postgresql_keeps(connection: psycopg.Connection, seed: int) -> None:
    chance = Random(seed)
    values = [normal(Json, _bare(freeform(chance))) for _ in range(MANY)]
    for value in values:
        assert normal(Json, _bare(value)) == value
    rows = connection.execute("SELECT v::jsonb::text FROM unnest(%s::text[]) v", [list(map(json.dumps, values))])
    for value, (shown,) in zip(values, rows.fetchall(), strict=True):
        assert _typed(json.loads(shown)) == _typed(value)


def _bare(value: Any) -> Any:
    """A free-form value as the reader hands it on: numbers and flags are text that nobody quoted."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return Quoted(value) if isinstance(value, str) else json.dumps(value) if value is not None else None


def _typed(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
