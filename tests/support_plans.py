"""Plans in their JSON form, for what shows them."""

from typing import Any


def change(action: str, address: str, name: str = "N", source: Any = None, **fields: Any) -> dict[str, Any]:
    return {
        "action": action,
        "address": address,
        "name": name,
        "source": source or {"file": "inventory/a.yaml", "line": 3, "column": 5},
        "fields": {
            field: {"before": before, "after": after, **dict(more)} for field, (before, after, *more) in fields.items()
        },
    }


def form(*changes: dict[str, Any], protected: tuple[dict[str, Any], ...] = (), unchanged: int = 7) -> dict[str, Any]:
    counts = {
        action: sum(each["action"] == action for each in changes) for action in ("create", "update", "rename", "delete")
    }
    summary = {**counts, "unchanged": unchanged, "protected": len(protected)}
    return {"summary": summary, "changes": list(changes), "protected": list(protected)}
