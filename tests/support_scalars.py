"""One value through the gate, as the only field of a class."""

from functools import cache
from typing import Any

from pydantic_core import SchemaValidator

from invgit.model.fields import Fields
from invgit.model.gate import validator


def checked(annotation: Any, value: Any) -> Any:
    """The normal form of a value of that annotation. Raises pydantic_core.ValidationError."""
    return _validator(annotation).validate_python({"value": value})["value"]


@cache
def _validator(annotation: Any) -> SchemaValidator:
    return validator(type("Holder", (Fields,), {"__annotations__": {"value": annotation}}))
