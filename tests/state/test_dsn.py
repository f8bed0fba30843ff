"""Whatever somebody writes for a connection string: their password is in nothing that anybody reads."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_database import Database
from support_project import Project

from invgit.state.dsn import parsed, without

CANARY = "kA9naRy7Vogel"
SHAPES = (
    "postgresql://u:{}@127.0.0.1:1/db",
    "postgres://u:{}@127.0.0.1:1/db?sslmode=disable",
    "postgresql://u:{}@[::1]:1/db",
    "postgresql:///db?host=/nowhere&user=u&password={}",
    "host=127.0.0.1 port=1 user=u password={} dbname=db",
    "host=127.0.0.1 port=1 user=u password='{}' dbname=db",
    "host=127.0.0.1 port=1 user=u sslpassword={}",
)
SLIPS = ("/", "@", "%", ":", "?", "#", "&", "=", " ", "'", '"', "\\", "[", "]", "%zz", "//", "@@", ",", ";", "\t", "\n")


def typed(shape: str, before: str, after: str, drop: int | None, insert: tuple[int, str] | None) -> str:
    """A connection string as a person would type it: the password as it is, a character too few or too many."""
    head, tail = shape.split("{}")
    if drop is not None and head:
        place = drop % (len(head) + len(tail))
        if place < len(head):
            head = head[:place] + head[place + 1 :]
        else:
            tail = tail[: place - len(head)] + tail[place - len(head) + 1 :]
    if insert:
        place, what = insert[0] % (len(head) + 1), insert[1]
        head = head[:place] + what + head[place:]
    return f"{head}{before}{CANARY}{after}{tail}"


@given(
    shape=st.sampled_from(SHAPES),
    before=st.sampled_from(("", *SLIPS)),
    after=st.sampled_from(("", *SLIPS)),
    drop=st.none() | st.integers(0, 60),
    insert=st.none() | st.tuples(st.integers(0, 60), st.sampled_from(SLIPS)),
)
def test_a_password_is_in_no_message_however_it_was_typed(
    shape: str, before: str, after: str, drop: int | None, insert: tuple[int, str] | None
) -> None:
    import psycopg

    text = typed(shape, before, after, drop, insert)
    found = parsed(text)
    if found is None:
        return
    assert all(CANARY not in str(found.get(key, "")) for key in ("host", "hostaddr", "port")), text
    said = [f'the server said: FATAL: no "{value}" for "{value}"' for value in found.values()]
    if not re.search(r"/nowhere|127\.0\.0\.1|::1", str(found.get("host", ""))):
        found["host"] = "/nowhere"  # a test asks no name server
    try:
        psycopg.connect(**{**found, "connect_timeout": found.get("connect_timeout", "2")})
    except psycopg.Error as error:
        said.append(str(error))
    for message in said:
        assert CANARY not in without(found, message), text


@pytest.mark.parametrize(
    "text",
    [
        f"postgres//u:{CANARY}@h/db",
        f"postgresql://u:{CANARY}%@h/db",
        f"postgresql://u:{CANARY} x@h/db",
        f"host=h user=u password={CANARY} x",
        f"postgresql://u:{CANARY}/x@h/db",
        f"postgresql://u:12345/{CANARY}@h/db",
        f"postgresql://u:x@{CANARY}@h/db",
        f"postgresql://u@{CANARY}:h/db",
        f"host=h port={CANARY}",
        f"host=h dbname=postgresql://u:{CANARY}@h/db",
        f"host=h password={CANARY}\0",
        f"host=h password={CANARY}\udcff",
    ],
)
def test_a_connection_string_with_a_slip_in_it_is_refused_before_anybody_connects(text: str) -> None:
    assert parsed(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (f"postgresql://u:{quote('a/b@c:d%e', safe='')}@db.example:5433/db", "db.example"),
        ("postgresql://u@[2001:db8::1]:5432/db", "2001:db8::1"),
        ("postgresql://u@a.example:5432,b.example:5433/db?target_session_attrs=read-write", "a.example,b.example"),
        ("host=/var/run/postgresql user=jane@corp dbname='my db'", "/var/run/postgresql"),
        ("host=@/abstract user=u", "@/abstract"),
        ("host='C:\\\\run' user=u", "C:\\run"),
        ("host=fe80::1%eth0 hostaddr=10.0.0.1", "fe80::1%eth0"),
        ("", None),
    ],
)
def test_what_libpq_understands_is_understood(text: str, host: str | None) -> None:
    found = parsed(text)
    assert found is not None
    assert found.get("host") == host


@pytest.mark.parametrize(
    "setting",
    [
        f"sslmode={CANARY}",
        f"connect_timeout={CANARY}",
        f"client_encoding={CANARY}",
        f"options='-c {CANARY}=1'",
        f"user={CANARY}",
        f"dbname={CANARY}",
        f"user=u:{CANARY}",
        f"require_auth={CANARY}",
    ],
)
@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["--debug", "status"], ["db", "migrate"]])
def test_what_a_server_or_libpq_cannot_use_is_not_repeated(
    database: Database, project: Project, setting: str, command: list[str]
) -> None:
    project.dsn = f"{database.dsn} {setting}"
    result = project.run(*command)
    assert result.code == 3, result
    assert "cannot connect to PostgreSQL" in result.err
    assert CANARY not in result.err + result.out
