"""The gate: what pydantic-core, the engine of pydantic, checks of each class of fields, made from its specs."""

from functools import partial

from pydantic_core import SchemaValidator, core_schema

from invgit.model.fields import Fields, made_alike, per_class
from invgit.model.marks import Scalar
from invgit.model.spec import FieldSpec, record_fields


@per_class
def validator(cls: type[Fields]) -> SchemaValidator:
    """What takes the plain values of a class, as the reader makes them, and returns those said, by attribute."""
    return SchemaValidator(_group(cls))


def _group(cls: type[Fields]) -> core_schema.CoreSchema:
    """A mapping of known keys: others are refused, and what need not be said may be missing."""
    return core_schema.typed_dict_schema(
        {
            field.attribute: core_schema.typed_dict_field(
                _field(field), required=field.required, validation_alias=field.name
            )
            for field in record_fields(cls)
            if not field.derived
        },
        extra_behavior="forbid",
    )


def _field(field: FieldSpec) -> core_schema.CoreSchema:
    made = _one(field)
    if field.many == "list":
        made = core_schema.tuple_variable_schema(made)
    elif field.many == "map":
        made = core_schema.dict_schema(_scalar(field.key) if field.key else None, made)
    if field.normal:
        made = core_schema.no_info_after_validator_function(field.normal.form, made)
    return core_schema.nullable_schema(made) if field.nullable else made


def _one(field: FieldSpec) -> core_schema.CoreSchema:
    if field.record:
        made = core_schema.no_info_after_validator_function(partial(made_alike, field.record), _group(field.record))
        return _shortened(field.short, made) if field.short else made
    if field.freeform:
        return core_schema.no_info_plain_validator_function(field.freeform.check)
    if field.choices:
        return core_schema.literal_schema(list(field.choices))
    return _scalar(field.scalar) if field.scalar else core_schema.str_schema()


def _scalar(scalar: Scalar) -> core_schema.CoreSchema:
    """Text in, normal form out."""
    text = core_schema.str_schema(min_length=1, max_length=scalar.limit, pattern=scalar.pattern)
    return core_schema.no_info_after_validator_function(scalar.check, text) if scalar.check else text


def _shortened(name: str, group: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """The short form of a group, the text of one of its fields, becomes the long one before the fields are checked."""

    def lengthened(value: object) -> object:
        return {name: value} if isinstance(value, str) else value

    return core_schema.no_info_before_validator_function(lengthened, group)
