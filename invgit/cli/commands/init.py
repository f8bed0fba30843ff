"""`invgit init`: a new inventory."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from invgit.cli.main import Session
from invgit.cli.options import now_option
from invgit.errors import UsageError
from invgit.model.slugs import RESERVED, slugified
from invgit.model.spec import specs
from invgit.text.inert import whole


def _types(kind: str) -> click.Choice[str]:
    return click.Choice(specs()[kind].by_name["type"].choices)


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--organization", metavar="NAME", help="The household or business: its name, or the name of its folder.")
@click.option("--organization-name", metavar="NAME", help="Its name, where that is not the folder's.")
@click.option("--organization-type", type=_types("organization"), help="What it is.")
@click.option("--site", metavar="NAME", help="The first house or office: its name, or the name of its folder.")
@click.option("--name", "site_name", metavar="NAME", help="The site's name, where that is not the folder's.")
@click.option("--site-type", type=_types("site"), help="What it is.")
@click.option("--timezone", metavar="ZONE", help="Its time zone, as Europe/Berlin; default: this machine's.")
@click.option("--country", metavar="CODE", help="Its country, ISO 3166; default: that of the time zone.")
@click.option(
    "--owner", "owners", multiple=True, metavar="@NAME", help="Who reviews changes of the site; may be repeated."
)
@click.option("--bare", is_flag=True, help="Only the inventory and its settings; nothing for editors and forges.")
@now_option
@click.pass_obj
def command(session: Session, /, folder: Path | None, now: datetime, *, bare: bool, **said: Any) -> int:
    """Begin an inventory in DIR (default: here): folders, a catalog, an organization with one site, editors' settings.

    What is not given is asked for, on a terminal. Nothing that exists is overwritten: when a file stands in the way,
    nothing is written. git is not run: a repository that is there may be used, or one made afterwards.
    """
    import os

    from invgit import config, pipeline
    from invgit.pipeline.begun import Beginning, begin, machine_timezone

    root = (session.folder / (folder or Path())).absolute()
    machine = machine_timezone()
    answers = _asked(said, machine) if sys.stdin.isatty() else _complete(said, machine)
    organization, of_organization = _called("organization", answers["organization"], answers["organization_name"])
    site, of_site = _called("site", answers["site"], answers["site_name"])
    country = answers["country"] or _country(answers["timezone"])
    beginning = Beginning(
        organization,
        site,
        {**of_organization, **_type(answers["organization_type"])},
        {**of_site, **_type(answers["site_type"]), "country": country, "timezone": answers["timezone"]},
        tuple(said["owners"]),
        bare,
    )
    written = begin(Path(os.path.normpath(root)), beginning, now)
    for path in written:
        click.echo(whole(str(path)))
    settings = config.load(root, os.environ)
    pipeline.refresh_live(settings, pipeline.compile_inventory(settings, now))
    session.say(_next(root) if written else "nothing to do: all of it is there")
    return 0


def _complete(said: dict[str, Any], machine: str | None) -> dict[str, Any]:
    """What was said, where nobody can be asked. Raises UsageError for all that is missing."""
    answers = {**said, "timezone": said["timezone"] or machine}
    missing = [f"--{name}" for name in ("organization", "site", "timezone") if not answers[name]]
    if missing:
        raise UsageError(f"missing: {', '.join(missing)}", help="nobody can be asked without a terminal")
    return answers


def _asked(said: dict[str, Any], machine: str | None) -> dict[str, Any]:
    """What was said, and answers to what was not."""

    def ask(name: str, text: str, default: str | None = None, **how: Any) -> str:
        given: str | None = said[name]
        return given if given is not None else str(click.prompt(text, default=default, err=True, **how))

    return {
        **said,
        "organization": ask("organization", "Household or business", value_proc=_folder),
        "organization_type": ask("organization_type", "What it is", "home", type=_types("organization")),
        "site": ask("site", "First house or office", value_proc=_folder),
        "site_type": ask("site_type", "What it is", "residence", type=_types("site")),
        "timezone": ask("timezone", "Its time zone", machine, value_proc=_timezone),
    }


def _folder(answer: str) -> str:
    """A name that a folder can be made of; else it is asked for again."""
    if not slugified(answer) or slugified(answer) in RESERVED:
        raise click.UsageError("letters a to z are needed: a folder is named after it")
    return answer.strip()


def _timezone(answer: str) -> str:
    from invgit.model.places import zones

    known = zones().get(answer.strip().lower())
    if known is None:
        raise click.UsageError("it is named like Europe/Berlin, as in the IANA database")
    return known


def _type(answer: str | None) -> dict[str, str]:
    return {"type": answer} if answer else {}


def _called(what: str, text: str, name: str | None) -> tuple[str, dict[str, Any]]:
    """The folder and the name that a text stands for: `smith-family` is called Smith family, and back."""
    slug = slugified(text)
    if not slug or slug in RESERVED:
        why = "is a folder of its own" if slug else "gives no name for a folder"
        option = "--name" if what == "site" else "--organization-name"
        help = f"say --{what} with letters a to z, and {option} as it is really called"
        raise UsageError(f"`{text}` {why}", help=help)
    return slug, {"name": name or (text if text != slug else slug.replace("-", " ").capitalize())}


def _country(timezone: str) -> str | None:
    from invgit.model.places import country_of

    return country_of(timezone)


def _next(root: Path) -> str:
    repository = "" if (root / ".git").exists() else "git init, and "
    return f"then: {repository}git add; invgit validate; invgit plan"
