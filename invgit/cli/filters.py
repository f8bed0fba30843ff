"""The options that say which entities of a kind are meant: made from what the kind says of itself."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

import click

from invgit.cli.complete import addresses, tags, types
from invgit.model.select import Wanted, has_sites, references, states
from invgit.model.spec import KindSpec


def filters(spec: KindSpec, beside: Collection[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that say which entities of a kind are meant; together they arrive as `wanted`.

    Where an option of that name stands `beside` them, a filter has `--where-` before its name.
    """
    named = list(references(spec))
    options = _filters(spec, beside)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def gathered(*arguments: Any, **given: Any) -> Any:
            said = {name: given.pop(f"_{name}", ()) for name in ("sites", "types", "tags", "statuses", "where")}
            by_kind = {kind: given.pop(f"_in_{kind.replace('-', '_')}") for kind in named}
            return function(*arguments, wanted=Wanted(named=by_kind, **said), **given)

        made: Callable[..., Any] = gathered
        for option in reversed(options):
            made = option(made)
        return made

    return decorate


def _filters(spec: KindSpec, beside: Collection[str]) -> list[Callable[[Any], Any]]:
    made = []

    def named(name: str) -> str:
        return f"--where-{name}" if name in beside else f"--{name}"

    if has_sites(spec):
        made.append(_filter(named("site"), "_sites", "In this site.", "SITE", addresses("site")))
    for kind, fields in references(spec).items():
        parts = ", or in a part of it" if kind == "zone" else ""
        told = " or ".join(dict.fromkeys(f"`{field.name}`" for field in fields))
        name = f"_in_{kind.replace('-', '_')}"
        made.append(_filter(named(kind), name, f"With this {kind} as {told}{parts}.", kind.upper(), addresses(kind)))
    if "type" in spec.by_name:
        choices = spec.by_name["type"].choices
        made.append(_filter(named("type"), "_types", "Of this type.", "TYPE", types(spec), choices))
    if "tags" in spec.by_name:
        made.append(_filter(named("tag"), "_tags", "With this tag.", "TAG", tags))
    if states(spec):
        choices = tuple(dict.fromkeys(choice for field in states(spec) for choice in field.choices))
        made.append(_filter(named("status"), "_statuses", "In this state.", "STATUS", None, choices))
    text = "With this value: field=value, field!=value; * stands for anything; of several all count."
    made.append(_filter("--where", "_where", text, "FIELD=VALUE"))
    return made


def _filter(
    option: str, name: str, text: str, word: str, complete: Any = None, choices: tuple[str, ...] = ()
) -> Callable[[Any], Any]:
    if choices:
        return click.option(option, name, multiple=True, type=click.Choice(choices), help=text)
    return click.option(option, name, multiple=True, metavar=word, shell_complete=complete, help=text)
