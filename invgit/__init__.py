"""The truth about a home's devices, networks and rooms: kept in git, compiled into everything that needs it."""

__version__ = "0.1.0"
