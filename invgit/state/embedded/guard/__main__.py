"""The entry of the guard process: finds its own package by path, since it runs without site-packages."""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    # At the end of the path: nothing in these folders can then hide a module of the standard library.
    above = Path(__file__).resolve().parents
    sys.path += [str(above[1]), str(above[4])]  # of `guard`, and of `invgit.locks`
    sys.exit(import_module("guard.run").main(sys.argv[1:]))
