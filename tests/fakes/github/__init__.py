"""A GitHub that runs here: the REST endpoints of pull requests (docs.github.com/rest/pulls), over real HTTP."""

from fakes.github.server import GitHub

__all__ = ["GitHub"]
