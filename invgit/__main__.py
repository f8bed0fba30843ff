"""`python -m invgit` is `invgit`."""

from invgit.cli.main import main

if __name__ == "__main__":
    main()
