"""`python -m invgit` is `invgit`."""

from invgit.cli.main import run

if __name__ == "__main__":
    run()
