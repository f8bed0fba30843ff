"""`invgit device …`, and the same of every kind: the commands that each has, from one definition."""

import importlib
from collections.abc import Mapping

import click

from invgit.model.naming import SHORT
from invgit.model.spec import KindSpec, specs

_EVERY = ("list", "show", "create", "update", "rename", "delete")
_OF_KINDS: Mapping[str, Mapping[str, str]] = {
    "network": {
        "free": "free",
        "scan": "network_scan",
        "import": "network_import",
        "diff": "network_diff",
        "vendor": "vendor",
    },
    "device": {"replace": "replace"},
}
"""Commands of single kinds, and the modules that they stand in."""


class EntityGroup(click.Group):
    """The commands of one kind, made when they are called."""

    def __init__(self, word: str, spec: KindSpec) -> None:
        super().__init__(word, help=spec.help)
        self.spec = spec
        self._own = _OF_KINDS.get(spec.name, {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What every kind has, and what only some have."""
        movable = () if self.spec.single else ("move",)
        return [*_EVERY, *movable, *self._own]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself: `list_of` in the module `list`."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"invgit.cli.commands.{self._own.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, f"{cmd_name}_of")(self.spec)
        return command


def group_of(word: str) -> click.Group:
    """The commands under a word: `org`, `device`."""
    return EntityGroup(word, specs()[SHORT.get(word, word)])
