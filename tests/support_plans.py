"""Plans in their JSON form, for what shows them."""

from typing import Any

TYPES = {"file": "inventory/catalog/types.yaml", "line": 14, "column": 5}


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
    return {"digest": "d" * 32, "summary": summary, "changes": list(changes), "protected": list(protected)}


def hostile(text: str) -> dict[str, Any]:
    """A plan that says a text wherever a plan can say something."""
    slug = text.replace("/", "-")
    source = {"file": text, "line": 3, "column": 5, "commit": "c0ffee" * 6, "author": text, "at": text}
    made = form(
        change("delete", f"device:a/b/{slug}", text, {"file": text}, label=(text, None)),
        change("create", f"device:a/b/c{slug}", text, source, notes=(None, text), metadata=(None, {text: [text]})),
        change(
            "update", f"device:z{slug}/b/d", text, source, notes=(text, f"{text}x"), metadata=({text: 1}, {text: 2})
        ),
        {**change("rename", "zone:a/b/e", text, source), "from": f"zone:a/b/{slug}", "because": text},
        {**change("create", "zone:a/b/f", text, source), "drift": True},
        *(change("update", f"device:a/b/g{at}{slug}", text, TYPES, model=(text, "y")) for at in range(3)),
        protected=({**change("delete", f"zone:a/b/{slug}", text), "because": text},),
    )
    made["refused"] = [{"message": text, "setting": text, "allow": text}]
    return made
