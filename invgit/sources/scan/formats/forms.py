"""How addresses look in the text of other programs: enough to tell a row by, checked later."""

IP = r"(?P<ip>[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*(?:%\S{1,40})?)"
COLONS = r"(?P<mac>[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5})"
DASHES = r"(?P<mac>[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5})"


def padded(mac: str) -> str:
    """A hardware address of BSD and macOS, which leave out leading zeros (ether_ntoa): 0:1b:63:a:b:c."""
    return ":".join(octet.zfill(2) for octet in mac.split(":"))
