"""JSON Schemas as files."""

import json
from pathlib import Path


def write_schemas(folder: Path, *, check: bool) -> list[Path]:
    """Write the JSON Schemas below `folder`; with `check` only look. The files that were not as they should be."""
    from invgit import config
    from invgit.model.schema import documents
    from invgit.plan import schema as plan_schema

    wanted = {**documents(), "plan": plan_schema.schema(), "config": config.schema()}
    stale = []
    for name, document in wanted.items():
        path = folder / f"{name}.schema.json"
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    return stale
