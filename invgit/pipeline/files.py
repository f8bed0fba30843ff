"""Files that are ours to write: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path


def put(path: Path, text: str) -> bool:
    """Make a file say this; whether that was needed. Raises OSError."""
    data = text.encode()
    with suppress(OSError):
        if path.read_bytes() == data:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return True
