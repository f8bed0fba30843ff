"""Whom a connection over TLS trusts, and in words, why there is none."""

from typing import TYPE_CHECKING

from invgit.errors import ConfigError

if TYPE_CHECKING:
    import ssl

_CAUSES = {
    "refused": "refused",
    "certificate is not valid for": "its certificate is for another name",
    "certificate has expired": "its certificate has expired",
    "certificate is not yet valid": "its certificate is not valid yet",
    "self-signed certificate": "its certificate is signed by nobody who is trusted here",
    "self signed certificate": "its certificate is signed by nobody who is trusted here",
    "certificate": "its certificate is not trusted",
    "name or service": "unknown host",
    "getaddrinfo": "unknown host",
    "nodename nor servname": "unknown host",
    "no address associated": "unknown host",
    "unreachable": "unreachable",
    "no route": "unreachable",
    "reset": "reset",
    "ssl": "TLS failed",
}
"""What the system and OpenSSL say, in lower case, and what is repeated of it."""


def trusting(path: str | None = None) -> "ssl.SSLContext":
    """A context that trusts the certificates of a file (PEM) and nobody else; nobody at all without one.

    Names have to be right all the same. Raises ConfigError for a file that holds none.
    """
    import ssl

    if path is None:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise ConfigError(
            f"{path} holds no certificates", help="it is a PEM file: it begins with -----BEGIN CERTIFICATE-----"
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no path"
        raise ConfigError(f"the certificates in {path} cannot be read: {why}") from None


def cause(error: Exception) -> str:
    """Why a connection was not made: known signs of what the system said, and nothing of its own words."""
    text = str(error).casefold()
    return next((words for sign, words in _CAUSES.items() if sign in text), "failed")
