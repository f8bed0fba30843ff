"""The entry of the guard process: finds its own package by path, since it runs without site-packages."""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    # At the end of the path: nothing in that folder can then hide a module of the standard library.
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    sys.exit(import_module("guard.run").main(sys.argv[1:]))
