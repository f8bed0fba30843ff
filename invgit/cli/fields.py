"""The options that say what an entity shall say: one for each field, made from what the kinds say of themselves."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click

from invgit.cli.complete import addresses, types
from invgit.edit.entities import Wishes
from invgit.errors import UsageError
from invgit.model.spec import FieldSpec, KindSpec

_WORDS = {"inet": "IP", "macaddr": "MAC", "date": "DATE", "integer": "NUMBER"}


def field_names(spec: KindSpec) -> set[str]:
    """The names of the options, without their hyphens."""
    return {_option(path) for path, _ in _fields(spec)}


def wishes(spec: KindSpec) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option for each field, `--set` and `--clear`; together they arrive as `wished`."""
    fields = list(_fields(spec))

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def gathered(*arguments: Any, said: tuple[str, ...], cleared: tuple[str, ...], **given: Any) -> Any:
            words = [(path, given.pop(_variable(path))) for path, _ in fields]
            values = [(path, _word(word)) for path, word in words if word is not None]
            values += [assigned(text) for text in said]
            return function(*arguments, wished=Wishes(values, cleared), **given)

        made: Callable[..., Any] = gathered
        text = "No value for this field, whatever it would inherit."
        made = click.option("--clear", "cleared", multiple=True, metavar="FIELD", help=text)(made)
        text = "Any field, as refs.homeseer=3398, metadata.os=Linux; mappings and lists may be JSON."
        made = click.option("--set", "said", multiple=True, metavar="FIELD=VALUE", help=text)(made)
        for path, field in reversed(fields):
            made = _made(spec, path, field)(made)
        return made

    return decorate


def _fields(spec: KindSpec) -> Iterator[tuple[str, FieldSpec]]:
    """The fields with an option of their own: those of one value, and those of a single group."""
    for field in spec.declarable:
        if field.directive or field.freeform or field.many == "map":
            continue
        if field.record is None:
            yield field.name, field
        elif field.many == "one":
            yield from ((f"{field.name}.{inner.name}", inner) for inner in field.fields)


def _made(spec: KindSpec, path: str, field: FieldSpec) -> Callable[[Any], Any]:
    option, variable, help = f"--{_option(path)}", _variable(path), field.help
    if field.choices:
        return click.option(option, variable, type=click.Choice(field.choices), help=help)
    if field.python is bool:
        return click.option(f"{option}/--no-{_option(path)}", variable, default=None, help=help)
    complete = addresses(field.ref) if field.ref else types(spec) if field.offers else None
    word = _WORDS.get(field.sql.removesuffix("[]"), "TEXT")
    word = field.ref.upper() if field.ref else f"{word},…" if field.many == "list" else word
    return click.option(option, variable, metavar=word, shell_complete=complete, help=help)


def _option(path: str) -> str:
    return path.replace("_", "-")


def _variable(path: str) -> str:
    return f"field_{path.replace('.', '__')}"


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def assigned(text: str) -> tuple[str, str]:
    """The path and the word of `field=value`. Raises UsageError for anything else."""
    path, sign, word = text.partition("=")
    if not sign:
        raise UsageError(f"`{text}` sets nothing", help="write --set field=value; --clear field takes a value away")
    return path.strip(), word
