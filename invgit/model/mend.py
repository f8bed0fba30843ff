"""What a wrong word was surely meant to be: only where no person has to choose. Who guesses says `did you mean`.

Sure is another way to write the same thing (letter case, separators, blanks), and one slip of the finger in a word of a
fixed set: `hostnmae`. Not sure are names and numbers: `rack-3` may be any rack, and `010.0.0.1` any address.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from invgit.model import places
from invgit.model.marks import Scalar
from invgit.model.scalars import SLUG

_LETTERS = re.compile(r"[a-z_-]{4,}")


def word(written: str, known: Iterable[str]) -> str | None:
    """The one word of `known` that differs in letter case and separators only, else in one slip of the finger."""
    words, squeezed = sorted(set(known)), _squeezed(written)
    same = [each for each in words if _squeezed(each) == squeezed]
    if same or not _LETTERS.fullmatch(written):
        return same[0] if len(same) == 1 else None
    near = [each for each in words if _one_slip(written, each)]
    return near[0] if len(near) == 1 else None


def slug(written: str, form: str = SLUG) -> str | None:
    """The slug (of a form) that differs in letter case and separators only."""
    lower = written.strip().lower()
    fits = [made for made in (lower, re.sub(r"[\s_.-]+", "-", lower)) if len(made) <= 100 and re.fullmatch(form, made)]
    return fits[0] if fits and fits[0] != written else None


def value(code: str, written: str, scalar: Scalar | None) -> str | None:
    """The same value as its field takes it, where it was refused under `code`."""
    for made in _WAYS.get(code, _no_way)(written):
        if made != written and _taken(made, scalar):
            return made
    return None


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower()


def _one_slip(written: str, meant: str) -> bool:
    """One letter too many, too few, wrong, or two in the wrong order (Damerau's four slips)."""
    if abs(len(written) - len(meant)) > 1 or written == meant or not _LETTERS.fullmatch(meant):
        return False
    at = next((at for at, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), -1)
    a, b = written[at:], meant[at:]
    if at < 0:
        return True
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _taken(made: str, scalar: Scalar | None) -> bool:
    if scalar is None or (scalar.limit and len(made) > scalar.limit):
        return False
    if scalar.pattern and not re.search(scalar.pattern, made):
        return False
    try:
        return scalar.check is None or scalar.check(made) is not None
    except ValueError:  # PydanticCustomError is one
        return False


def _no_way(_: str) -> Iterator[str]:
    return iter(())


def _flag(written: str) -> Iterator[str]:
    lower = written.strip().lower()
    yield lower
    yield word(lower, ("true", "false")) or lower


def _upper(written: str) -> Iterator[str]:
    yield written.strip().upper()


def _stripped(written: str) -> Iterator[str]:
    if "\n" not in written:
        yield written.strip()


def _mac(written: str) -> Iterator[str]:
    """Other separators than the usual ones; octets without their leading zero, as `arp` of macOS prints them."""
    digits = re.sub(r"[\s:._-]", "", written)
    octets = re.split(r"[\s:._-]", written.strip())
    if re.fullmatch(r"[0-9A-Fa-f]{12}", digits) and len(octets) in {1, 2, 3, 4, 6}:
        yield ":".join(digits[at : at + 2] for at in range(0, 12, 2)).lower()
    elif len(octets) == 6 and all(re.fullmatch(r"[0-9A-Fa-f]{1,2}", octet) for octet in octets):
        yield ":".join(octet.zfill(2) for octet in octets).lower()


def _cidr(written: str) -> Iterator[str]:
    """The network that an address with its prefix length lies in."""
    try:
        if "/" in written:
            yield str(ipaddress.ip_network(written.strip(), strict=False))
    except ValueError:
        return


def _date(written: str) -> Iterator[str]:
    """Year first, so that day and month are beyond doubt."""
    found = re.fullmatch(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})", written.strip(), re.ASCII)
    if found:
        yield f"{found[1]}-{found[3]:>02}-{found[4]:>02}"


def _timezone(written: str) -> Iterator[str]:
    yield places.zones().get(re.sub(r"\s+", "_", written.strip().lower()), written)


_WAYS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "bad-boolean": _flag,
    "bad-cidr": _cidr,
    "bad-currency": _upper,
    "bad-date": _date,
    "bad-mac": _mac,
    "bad-text": _stripped,
    "bad-timezone": _timezone,
}
