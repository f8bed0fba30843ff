"""One page in one file: no script, nothing from elsewhere, and nothing in it that a browser would obey but our own."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from invgit import paths
from invgit.text.inert import line


def page(name: str, data: Mapping[str, Any]) -> str:
    """The template `name`.html filled with `data`, in the style of `name`.css.

    Every text of the data is escaped, and on one line. Of the browser it wants nothing but to apply this one style.
    """
    templates = _environment()
    style = templates.get_template(f"{name}.css").render()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return templates.get_template(f"{name}.html").render(data, policy=policy)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inert(value: Any) -> Any:
    """What a template shows of the data, before HTML's own characters are escaped."""
    return line(value) if type(value) is str else value
