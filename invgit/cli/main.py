"""The group of commands, the global options, and the one boundary where errors become lines and exit codes."""

import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from invgit import __version__
from invgit.cli.views.style import hint
from invgit.errors import InvgitError
from invgit.text.inert import safe, whole

if TYPE_CHECKING:
    from invgit.config import Settings

OUR_BUG = 70
INTERRUPTED = 130

# command → (module below cli/commands, what it does in one line: help must not import the world)
COMMANDS = {
    "init": ("init", "Begin a new inventory."),
    "validate": ("validate", "Check the inventory; show everything that is wrong at once."),
    "fmt": ("fmt", "Bring the files into canonical form; what they say stays the same."),
    "explain": ("explain", "Explain a diagnostic's code, with a wrong and a right example."),
    "schema": ("schema", "Write the JSON Schemas of the YAML files, of plans and of settings."),
    "plan": ("plan", "Show what would change in the database."),
    "diff": ("diff", "Show what would change between two revisions; no database is asked."),
    "apply": ("apply", "Carry a plan out, in one transaction."),
    "undo": ("undo", "Take back on a branch what an apply has changed, and show its plan."),
    "drift": ("drift", "Show what somebody has changed in the database by hand."),
    "status": ("status", "Show what the database holds and who applied last."),
    "audit": ("audit", "Show who changed what in the database, and when."),
    "sync": ("sync", "Ask sources what exists; what differs from the YAML is proposed."),
    "changes": ("changes", "Look at what sources propose, and decide about it."),
    "notify": ("notify", "Tell people what has changed: new devices, failed runs, changes by hand."),
    "find": ("find", "Find anything by a name, an address, a serial, a part of a MAC."),
    "completion": ("completion", "Print the script that completes commands and addresses in a shell."),
    "import": ("import_", "Take over what stands in tables and in other programs' exports, as YAML."),
    "db": ("db", "Look after the database."),
}
# commands that every kind has, by the word they stand under
ENTITIES = {
    "org": "Organizations: households and businesses.",
    "site": "Sites: houses and offices.",
    "zone": "Zones: buildings, floors, rooms.",
    "network": "Networks, and their free addresses.",
    "vlan": "VLANs.",
    "device": "Devices.",
    "connection": "Connections: what is plugged into what.",
    "reservation": "Addresses kept without a device.",
    "category": "Categories: what devices are for.",
    "device-type": "Device types: what all devices of one make share.",
    "homeseer-rule": "Rules: what the devices of HomeSeer are here.",
}


@dataclass(slots=True)
class Session:
    """What every command may ask of the command line as a whole."""

    folder: Path = field(default_factory=Path)
    quiet: bool = False
    debug: bool = False

    def settings(self, *, embedded: bool = False) -> "Settings":
        """The settings of the project the command runs in."""
        from invgit import config

        root = config.find_root(self.folder.absolute())
        return config.load(root, os.environ, embedded=embedded)

    def say(self, message: str) -> None:
        """A line for the person who waits, on stderr."""
        if not self.quiet:
            _tell(whole(message))


class _NobodyReadsError(Exception):
    """Whoever read our output has gone."""


class LazyGroup(click.Group):
    """Commands whose modules are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the work."""
        return [*COMMANDS, *ENTITIES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself."""
        if cmd_name in ENTITIES:
            entities: click.Command = _module("entities").group_of(cmd_name)
            return entities
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = _module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from their one line each."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])
        with formatter.section("Entities"):
            formatter.write_dl(list(ENTITIES.items()))

    def invoke(self, ctx: click.Context) -> object:
        """As always; but that nobody reads on is no failure, as click would have it (exit code 1)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _NobodyReadsError from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As always, and with a guess for a word that is no command."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            close = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise click.UsageError(
                f"{error.message}" + (f" Did you mean `{close[0]}`?" if close else ""), ctx
            ) from None


def _module(name: str) -> Any:
    return importlib.import_module(f"invgit.cli.commands.{name}")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="invgit %(version)s")
@click.option("-C", "--directory", type=click.Path(file_okay=False, path_type=Path), default=Path(),
              help="Work in the project of this folder.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--no-color", is_flag=True, help="No colour; so does NO_COLOR in the environment.")
@click.option("--debug", is_flag=True, help="Write a traceback to a file when something breaks.")
@click.pass_context
def cli(ctx: click.Context, directory: Path, *, quiet: bool, no_color: bool, debug: bool) -> None:
    """Keep the truth about devices, networks and rooms in git, and compile it into what needs it."""
    ctx.obj = Session(directory, quiet, debug)
    if no_color or os.environ.get("NO_COLOR"):
        ctx.color = False


# pydantic would look for plugins in every installed package: time, and somebody else's code, that nobody asked for
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def run() -> None:
    """The process of a command: a few seconds of building things that all go at once.

    Nothing a compiler makes is circular, so the collector is off; and taking 100,000 devices apart before the end would
    cost half a second that nobody gains from.
    """
    gc.disable()
    try:
        main()
    except SystemExit as ended:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # what could not be written before still cannot be, and was told
                stream.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with one of the exit codes of the contract (SystemExit)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_guarded(_sorted(sys.argv[1:] if arguments is None else list(arguments))))


_EVERYWHERE = ("-q", "--quiet", "--no-color", "--debug")
"""Options of all commands that may stand behind the command too, where people type them."""


def _sorted(arguments: list[str]) -> list[str]:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    first = [word for word in arguments[:end] if word in _EVERYWHERE]
    return [*first, *(word for word in arguments[:end] if word not in _EVERYWHERE), *arguments[end:]]


def _guarded(arguments: list[str]) -> int:
    """Every way a command can end, as a number; never a traceback."""
    try:
        code = cli.main(arguments, prog_name="invgit", standalone_mode=False)
        sys.stdout.flush()
    except InvgitError as error:
        complain(error.message, error.help)
        return error.exit_code
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _tell("interrupted")
        return INTERRUPTED
    except (_NobodyReadsError, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; what was done is done
        return 0
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            return _our_bug(error, debug="--debug" in arguments)
        complain(f"the output cannot be written: {error.strerror}", "write it to where there is room")
        return InvgitError.exit_code
    except Exception as error:  # noqa: BLE001 - the boundary: whatever comes here is our bug, and no user's traceback
        return _our_bug(error, debug="--debug" in arguments)
    return code if isinstance(code, int) else 0


def _show(error: click.ClickException) -> None:
    """click's own words, which repeat the command line's: those may have come from anywhere."""
    shown = io.StringIO()
    error.show(shown)
    _tell(safe(shown.getvalue()).removesuffix("\n"))


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What a full or broken disk below our output answers."""


def _tell(message: str) -> None:
    """A line on stderr. Where that cannot be written nobody is told, and what is being done goes on."""
    with suppress(OSError):
        click.echo(message, err=True)


def complain(message: str, help: str | None = None) -> None:
    """Say on stderr why a command ends as it does, and what to do about it."""
    first, *more = message.split("\n")
    _tell(f"{click.style('error', fg='red', bold=True)}: {safe(first)}")
    for line in more:
        _tell(whole(f"  {line}"))
    if help:
        _tell(hint(help))


def _our_bug(error: Exception, *, debug: bool) -> int:
    import platform
    import tempfile
    import traceback

    complain(
        f"invgit failed: {type(error).__name__}: {error}",
        None if debug else "run it again with --debug for the details",
    )
    if debug:
        handle, path = tempfile.mkstemp(prefix="invgit-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"invgit {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
            traceback.print_exception(error, file=file)
        _tell(hint(f"the details are in {path}"))
    return OUR_BUG
