"""Where the files beside the code are: in the checkout, or inside the installed wheel. The only module that knows."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def _beside(name: str) -> Path:
    """The folder `name` at the top of the checkout, or its copy in the wheel."""
    in_checkout = _CHECKOUT / name
    if (_CHECKOUT / "pyproject.toml").is_file() and in_checkout.is_dir():
        return in_checkout
    return _PACKAGE / "_data" / name


MIGRATIONS = _beside("migrations")
SCHEMAS = _beside("schemas")
TEMPLATES = _beside("templates")
EXAMPLE = _beside("inventory")
SCRIPTS = _beside("scripts")
"""Of those, the wheel has the ones that commands run."""
