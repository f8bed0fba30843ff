"""The JSON Schema of scan files, for who writes them with something else."""

from typing import Any

from invgit.model.scans import Scan
from invgit.model.schema import DIALECT, record
from invgit.model.spec import record_fields


def schema() -> dict[str, Any]:
    """It accepts what `document.read` accepts."""
    required = [field.name for field in record_fields(Scan) if field.required]
    return {"$schema": DIALECT, "title": "A network scan", **record(Scan), "type": "object", "required": required}
