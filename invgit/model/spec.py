"""A kind's class, compiled once into plain specs: the only file that looks into a class and its annotations.

The gate, schemas, columns, diff, editing, options, tables, exports and matching read `KindSpec` and `FieldSpec`, and
nothing else.
"""

import ast
import inspect
import textwrap
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from invgit.model.entity import Scope, Values
from invgit.model.fields import Fields, made_alike, per_class
from invgit.model.kinds import KINDS
from invgit.model.marks import (
    Column,
    Derived,
    Directive,
    Example,
    Freeform,
    Identity,
    Named,
    Normal,
    Offers,
    Ref,
    Scalar,
    Short,
    Show,
    Unique,
    Unit,
)

Base = Literal["scalar", "choice", "ref", "json", "record"]
Many = Literal["one", "list", "map"]


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One field: what it is called, what it holds, which column keeps it; see `marks`."""

    name: str
    attribute: str
    owner: type
    base: Base
    many: Many = "one"
    python: type = str
    scalar: Scalar | None = None
    key: Scalar | None = None
    choices: tuple[str, ...] = ()
    freeform: Freeform | None = None
    normal: Normal | None = None
    record: type[Fields] | None = None
    fields: "tuple[FieldSpec, ...]" = ()
    short: str | None = None
    nullable: bool = False
    required: bool = False
    default: Any = None
    ref: str | None = None
    offers: str | None = None
    written: Any = None
    unique: Unique | None = None
    identity: Identity | None = None
    show: Show | None = None
    unit: bool = False
    derived: bool = False
    directive: bool = False
    column: str = ""
    table: str | None = None
    sql: str = "text"

    @property
    def help(self) -> str:
        """The field's own docstring: what it means."""
        return docstrings(self.owner)[self.attribute]

    @property
    def example(self) -> Any:
        """A right value, as it is written in YAML."""
        if self.written is not None:
            return self.written
        one: Any = self.scalar.example if self.scalar else None
        if self.ref:
            one = next(cls.example for cls in KINDS if cls.kind == self.ref)
        elif self.choices:
            one = self.choices[0]
        elif self.record:
            one = {field.name: field.example for field in self.fields}
        return [one] if self.many == "list" else one

    @property
    def mergeable(self) -> bool:
        """Whether what is inherited and what is declared come together key by key."""
        return self.many == "map" or (self.many == "one" and (self.base == "json" or self.name == "refs"))


@dataclass(frozen=True, slots=True, eq=False)
class KindSpec:
    """One kind: its class, where it may stand, its fields in the order of the class that names them."""

    cls: type[Values]
    name: str
    key: str
    table: str | None
    scopes: tuple[Scope, ...]
    fields: tuple[FieldSpec, ...]
    stored: tuple[FieldSpec, ...]
    """Fields that are compared and kept."""
    declarable: tuple[FieldSpec, ...]
    """Fields that may be written in YAML."""
    shown: tuple[FieldSpec, ...]
    """Fields that a list has columns for, where nobody names any."""
    by_name: Mapping[str, FieldSpec]
    required: frozenset[str]
    """Names of the fields that nothing can be without."""
    computed: frozenset[str]
    """Names of the derived fields."""
    mergeable: frozenset[str]
    """Names of the fields of which what is inherited and what is declared come together key by key."""
    order: Mapping[str, int]
    """Place of each field among all, by its name."""

    @property
    def help(self) -> str:
        """What the kind is."""
        return inspect.cleandoc(self.cls.__doc__ or "")

    @property
    def single(self) -> bool:
        """Whether the folder is the slug, and the fields stand directly under the key."""
        return self.name in {"organization", "site"}


def _compiled(cls: type[Values]) -> KindSpec:
    fields = record_fields(cls)
    return KindSpec(
        cls,
        cls.kind,
        cls.key,
        cls.table,
        cls.scopes,
        fields,
        tuple(field for field in fields if not field.directive),
        tuple(field for field in fields if not field.derived),
        tuple(field for field in fields if field.show and field.show.kind in {None, cls.kind}),
        {field.name: field for field in fields},
        frozenset(field.name for field in fields if field.required and not field.derived),
        frozenset(field.name for field in fields if field.derived),
        frozenset(field.name for field in fields if field.mergeable),
        {field.name: index for index, field in enumerate(fields)},
    )


@cache
def specs() -> Mapping[str, KindSpec]:
    """Every kind by its name, in the order in which one refers to the other."""
    return {cls.kind: _compiled(cls) for cls in KINDS}


@per_class
def record_fields(cls: type[Fields]) -> tuple[FieldSpec, ...]:
    """The fields of a class, its own before those it inherits."""
    hints = get_type_hints(cls, include_extras=True)
    names = dict.fromkeys(name for base in cls.__mro__ for name in inspect.get_annotations(base))
    return tuple(_field(cls, name, hints[name]) for name in names if get_origin(hints[name]) is not ClassVar)


def leaves(fields: tuple[FieldSpec, ...]) -> Iterator[tuple[tuple[FieldSpec, ...], FieldSpec]]:
    """Every field that holds a value, with the groups above it: `refs` → `homeseer`, `interfaces` → `mac`."""
    for field in fields:
        if field.base == "record":
            yield from (((field, *above), leaf) for above, leaf in leaves(field.fields))
        else:
            yield (), field


def construct(cls: type[Any], plain: Mapping[str, Any]) -> Any:
    """An object of a class of fields from all of its plain values, which are in normal form; nothing is checked."""
    said: dict[str, Any] = {}
    for field in record_fields(cls):
        value = plain.get(field.name)
        if value is not None:
            said[field.attribute] = _constructed(field, value)
        elif field.nullable:
            said[field.attribute] = None
    return made_alike(cls, said)


def _constructed(field: FieldSpec, value: Any) -> Any:
    record = field.record
    if record is None:
        return tuple(value) if field.many == "list" else value
    if field.many == "map":
        return {key: construct(record, item) for key, item in value.items()}
    return tuple(construct(record, item) for item in value) if field.many == "list" else construct(record, value)


@per_class
def docstrings(cls: type) -> Mapping[str, str]:
    """The text under each field of a class; Python itself does not keep it, so it is read from the source."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        tree = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        body = tree.body if isinstance(tree, ast.ClassDef) else []
        for field, text in pairwise(body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(help))):
                    found[name] = inspect.cleandoc(help)
    return found


def _field(owner: type, attribute: str, hint: Any) -> FieldSpec:
    """Unwrap an annotation: marks stand at every level of it, `Annotated[X | None, …]`, `dict[Annotated[…], …]`."""
    marks: dict[type, Any] = {}
    hint, nullable = _unwrap(hint, marks)
    many: Many = "one"
    key = None
    if get_origin(hint) is tuple:
        many = "list"
        hint, _ = _unwrap(get_args(hint)[0], marks)
    elif get_origin(hint) is dict and Freeform not in marks:
        many = "map"
        key_marks: dict[type, Any] = {}
        _unwrap(get_args(hint)[0], key_marks)
        key = key_marks[Scalar]
        hint, _ = _unwrap(get_args(hint)[1], marks)
    column: Column = marks.get(Column, Column())
    table, _, name = (column.name or attribute).rpartition(".")
    record = hint if isinstance(hint, type) and issubclass(hint, Fields) else None
    base = _base(hint, marks, record)
    return FieldSpec(
        name=marks[Named].name if Named in marks else attribute,
        attribute=attribute,
        owner=owner,
        base=base,
        many=many,
        python=hint if hint in {int, bool} else str,
        scalar=marks.get(Scalar),
        key=key,
        choices=get_args(hint) if base == "choice" else (),
        freeform=marks.get(Freeform),
        normal=marks.get(Normal),
        record=record,
        fields=record_fields(record) if record else (),
        short=marks[Short].field if Short in marks else None,
        nullable=nullable,
        required=not hasattr(owner, attribute),
        default=getattr(owner, attribute, None),
        ref=marks[Ref].kind if Ref in marks else None,
        offers=marks[Offers].kind if Offers in marks else None,
        written=marks[Example].value if Example in marks else None,
        unique=marks.get(Unique),
        identity=marks.get(Identity),
        show=marks.get(Show),
        unit=Unit in marks or (Identity in marks and marks[Identity].strong),
        derived=Derived in marks,
        directive=Directive in marks,
        column=name,
        table=table or None,
        sql=column.sql or _sql(base, many, hint, marks),
    )


def _base(hint: Any, marks: Mapping[type, Any], record: type | None) -> Base:
    if record is not None:
        return "record"
    if Ref in marks:
        return "ref"
    if Freeform in marks:
        return "json"
    return "choice" if get_origin(hint) is Literal else "scalar"


def _sql(base: Base, many: Many, hint: Any, marks: Mapping[type, Any]) -> str:
    if base in {"ref", "choice", "json"}:
        return {"ref": "uuid", "choice": "varchar(50)", "json": "jsonb"}[base]
    scalar: Scalar | None = marks.get(Scalar)
    one = scalar.sql if scalar else {int: "integer", bool: "boolean"}.get(hint, "text")
    return f"{one}[]" if many == "list" else one


def _unwrap(hint: Any, marks: dict[type, Any]) -> tuple[Any, bool]:
    """Take `Annotated` and `| None` off, at any depth, and keep the marks; the outer of two wins."""
    nullable = False
    while True:
        if get_origin(hint) is Annotated:
            hint, *found = get_args(hint)
            for mark in found:
                marks.setdefault(type(mark), mark)
        elif get_origin(hint) in {Union, types.UnionType} and type(None) in get_args(hint):
            (hint,) = (option for option in get_args(hint) if option is not type(None))
            nullable = True
        else:
            return hint, nullable
