"""Texts of somebody who was told secrets, and may repeat them."""

import re
from collections.abc import Collection
from html import unescape
from urllib.parse import quote, quote_plus, unquote, unquote_plus


def spellings(secrets: Collection[str | None]) -> tuple[str, ...]:
    """Secrets as they may stand in a URL and elsewhere, the longest first."""
    found = {spelt for each in secrets if each for spelt in (each, quote(each, safe=""), quote_plus(each))}
    return tuple(sorted(found, key=len, reverse=True))


def redacted(text: str, secrets: Collection[str]) -> str:
    """A text that somebody else gave, without the secrets that he was told; one of a few characters hides nothing.

    Of a text that holds one in another spelling nothing is left. Cut it afterwards: half a secret is found by nobody.
    """
    told = [re.escape(each) for each in secrets if len(each) > 3]
    if not told:
        return text
    sign = re.compile("|".join(told), re.IGNORECASE)  # names of hosts come back in lower case
    text = sign.sub("***", text)
    read = (unquote(text), unquote_plus(text), unescape(text))
    return "(it repeats a secret)" if any(sign.search(form) for form in read) else text
