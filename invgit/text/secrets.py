"""What shows in any text that it is a secret: a private key, a link with a password."""

import re

PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]*-----END [A-Z ]*PRIVATE KEY-----)?")
IN_LINK = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}://([^\s/:@\"']{0,200}:[^\s/@\"']{1,200})@")
"""Its group is user and password."""


def without_secrets(text: str) -> str:
    """A text from elsewhere as it may be kept: what looks like a secret is three dots."""
    key = PRIVATE_KEY.search(text) if "-----BEGIN" in text else None
    if key:
        text = f"{text[:key.start()]}…"  # what comes behind it may be the key itself, cut off
    if "://" in text:
        text = IN_LINK.sub(lambda found: found[0].replace(found[1], "…"), text)
    return text
