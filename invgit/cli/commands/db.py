"""`invgit db`: look after the database."""

import shlex
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from invgit.cli.commands.db_adopt import adopt
from invgit.cli.main import Session
from invgit.cli.options import embedded_option, lock_timeout_option, now_option, output_option
from invgit.cli.views.table import rows_as
from invgit.errors import Refused, UsageError
from invgit.text.inert import line
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.state.roles import Part

_BAD_HEALTH = 3


@click.group("db")
def command() -> None:
    """Look after the database."""


command.add_command(adopt)


@command.command()
@lock_timeout_option
@embedded_option
@click.pass_obj
def migrate(session: Session, lock_timeout: float, *, embedded: bool) -> int:
    """Bring the schema up to date; run it as the role that owns the database."""
    from invgit import paths, pipeline
    from invgit.state import roles
    from invgit.state.migrate import migrate as bring_up

    with pipeline.database(session.settings(embedded=embedded), "migrate", session.say, current=False) as connection:
        applied = bring_up(connection, paths.MIGRATIONS, lock_timeout)
        overdue = roles.lacking(connection, roles.granted(connection))
    for migration in applied:
        click.echo(f"{migration.version:04} {migration.name}")
    session.say(f"{count(len(applied), 'migration')} applied" if applied else "the schema is up to date")
    _remind(session, overdue)
    return 0


def _remind(session: Session, roles: "Mapping[str, Part]") -> None:
    if roles:
        words = " ".join(f"--{part} {shlex.quote(role)}" for role, part in roles.items())
        session.say(f"roles have to be given their rights again: invgit db grant {words}")


@command.command()
@click.option("--owner", "owners", multiple=True, metavar="ROLE", help="The role that migrates and grants; only one.")
@click.option("--apply", "appliers", multiple=True, metavar="ROLE", help="A role that applies; may be given again.")
@click.option("--sync", "syncers", multiple=True, metavar="ROLE", help="A role that asks sources; may be given again.")
@click.option("--read", "readers", multiple=True, metavar="ROLE", help="A role that looks; may be given again.")
@click.option("--dry-run", is_flag=True, help="Print the SQL, and do nothing.")
@output_option
@embedded_option
@click.pass_obj
def grant(
    session: Session,
    owners: tuple[str, ...],
    appliers: tuple[str, ...],
    syncers: tuple[str, ...],
    readers: tuple[str, ...],
    output: str,
    *,
    dry_run: bool,
    embedded: bool,
) -> int:
    """Give existing roles exactly what they need, and take what they were granted beyond it.

    Run it as the role that owns the tables. --owner hands them over. Nobody but the owner changes history afterwards,
    whatever else was granted. Roles and passwords are made by hand, before.
    """
    from invgit import pipeline
    from invgit.state import roles

    wanted = _parts({"owner": owners, "apply": appliers, "sync": syncers, "read": readers})
    with pipeline.database(session.settings(embedded=embedded), "grant", session.say) as connection:
        if dry_run:
            for statement in roles.statements(connection, wanted):
                click.echo(f"{statement};")
            return 0
        granted = roles.grant(connection, wanted)
        for role, more in roles.beyond(connection, wanted).items():
            session.say(f"warning: through other roles, or like everybody, {role} has {more} too")
    click.echo(rows_as(output, [{**each._asdict(), "rights": list(each.rights)} for each in granted]))
    return 0


def _parts(parts: "Mapping[Part, tuple[str, ...]]") -> "dict[str, Part]":
    """What each role is for; each is for one thing."""
    if len(set(parts["owner"])) > 1:
        raise UsageError("tables have one owner", help="let it be a role without a login, and others its members")
    found: dict[str, Part] = {}
    for part, roles in parts.items():
        for role in roles:
            if found.setdefault(role, part) != part:
                raise UsageError(
                    f"the role `{role}` is named twice",
                    help="who applies may sync, and read too; the owner may all of it",
                )
    if not found:
        raise UsageError("no role is named", help="--apply ROLE, --sync ROLE, --read ROLE, --owner ROLE")
    return found


@command.command()
@embedded_option
@click.pass_obj
def status(session: Session, *, embedded: bool) -> int:
    """Show which database this is, and whether its schema is up to date."""
    from invgit import paths, pipeline
    from invgit.state import database as state
    from invgit.state.migrate import migrations, schema_state

    settings = session.settings(embedded=embedded)
    with pipeline.database(settings, "status", session.say, current=False) as connection:
        schema = schema_state(connection, migrations(paths.MIGRATIONS))
        info = connection.info
        where = line(f"{info.host}, {info.dbname}, role {info.user}")
        click.echo(f"server     PostgreSQL {info.server_version // 10000}, {where}")
        if schema.applied:
            click.echo(f"identity   {state.identity(connection)}")
        pending = f"{len(schema.pending)} to go: invgit db migrate" if schema.pending else "up to date"
        click.echo(f"schema     version {len(schema.applied)}, {pending}")
    return 0


@command.command()
@output_option
@embedded_option
@click.pass_obj
def stats(session: Session, output: str, *, embedded: bool) -> int:
    """Show the tables with their rows (as PostgreSQL estimates them) and sizes in bytes."""
    from invgit import pipeline
    from invgit.state import report

    with pipeline.database(session.settings(embedded=embedded), "stats", session.say) as connection:
        click.echo(rows_as(output, report.stats(connection)))
    return 0


@command.command()
@output_option
@embedded_option
@click.pass_obj
def health(session: Session, output: str, *, embedded: bool) -> int:
    """Check that the bookkeeping agrees with the tables; ends with 3 when it does not."""
    from invgit import pipeline
    from invgit.state import report

    with pipeline.database(session.settings(embedded=embedded), "health", session.say) as connection:
        found = report.health(connection)
    rows = [{"check": each.name, "state": "good" if each.good else "BAD", "seen": each.seen} for each in found]
    click.echo(rows_as(output, rows))
    return 0 if all(each.good for each in found) else _BAD_HEALTH


@command.command()
@embedded_option
@now_option
@click.pass_obj
def seed(session: Session, now: datetime, *, embedded: bool) -> int:
    """Apply the bundled example to an empty database; any other is refused."""
    from invgit import pipeline

    outcome = pipeline.seed(session.settings(embedded=embedded), now, session.say)
    session.say(f"{count(outcome.plan.summary['create'], 'entity')} of the example, as generation {outcome.generation}")
    return 0


@command.command()
@click.option("--confirm", metavar="NAME", help="The name of the database, instead of the question.")
@embedded_option
@click.pass_obj
def reset(session: Session, confirm: str | None, *, embedded: bool) -> int:
    """Delete everything in the database, its history too; refused in CI."""
    from invgit import paths, pipeline
    from invgit.state import migrate as schema
    from invgit.state import roles

    settings = session.settings(embedded=embedded)
    if settings.in_ci:
        raise Refused("a database is not reset in CI", help="let a person do it")
    with pipeline.database(settings, "reset", session.say, current=False) as connection:
        schema.require_resettable(connection, paths.MIGRATIONS)
        name = connection.info.dbname
        if confirm is None:
            if not sys.stdin.isatty():
                raise UsageError("nobody is here to name the database", help=f"pass --confirm {name}")
            confirm = click.prompt(
                f"Everything in the database `{line(name)}` will be gone. Its name",
                default="",
                show_default=False,
                err=True,
            )
        if confirm != name:
            raise Refused(f"the database is called `{name}`; nothing was changed")
        granted = roles.granted(connection)
        schema.reset(connection, paths.MIGRATIONS)
    session.say(f"`{name}` is empty")
    _remind(session, granted)
    return 0


@command.command()
@click.pass_obj
def start(session: Session) -> int:
    """Keep the embedded server running until `invgit db stop`."""
    from invgit.state import embedded

    server = embedded.start(_embedded_folder(session), notice=session.say)
    click.echo(server.url())
    return 0


@command.command()
@click.pass_obj
def stop(session: Session) -> int:
    """Stop the embedded server once nobody uses it."""
    from invgit.state import embedded

    stopped = embedded.stop(_embedded_folder(session))
    session.say("stopped" if stopped else "no server was running")
    return 0


@command.command()
@click.pass_obj
def url(session: Session) -> int:
    """Print a connection URL without a password, for psql and other tools."""
    from invgit import pipeline
    from invgit.state import embedded
    from invgit.state.database import public_url

    settings = session.settings()
    if settings.database and settings.database.kind == "embedded":
        folder = embedded.folder_for(settings.database.project)
        if embedded.status(folder) != "running":
            raise UsageError("the embedded server is not running", help="`invgit db start` keeps it running")
        with embedded.running(folder) as server:
            click.echo(server.url())
        return 0
    with pipeline.database(settings, "url", session.say, current=False) as connection:
        click.echo(public_url(connection))
    return 0


def _embedded_folder(session: Session) -> Path:
    from invgit.state import embedded

    setting = session.settings().database
    if setting is None or setting.kind != "embedded":
        raise UsageError("the database of this project is not the embedded one")
    return embedded.folder_for(setting.project)
