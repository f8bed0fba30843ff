"""Network scans: who is on the wire, by several methods and from other programs' files."""
