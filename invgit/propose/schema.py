"""The JSON Schemas of the files below `changes/`, for editors and other people's tools."""

from typing import Any

from invgit.model.fields import Fields
from invgit.model.schema import DIALECT, record
from invgit.model.spec import record_fields
from invgit.propose.documents import ChangesDocument, VerdictsDocument


def schemas() -> dict[str, dict[str, Any]]:
    """One for each form of file, by its name."""
    return {
        "changes": _document(ChangesDocument, "A change file of invgit"),
        "verdicts": _document(VerdictsDocument, "Verdicts about what is proposed"),
    }


def _document(cls: type[Fields], title: str) -> dict[str, Any]:
    required = [field.name for field in record_fields(cls) if field.required]
    return {"$schema": DIALECT, "title": title, **record(cls), "type": "object", "required": required}
