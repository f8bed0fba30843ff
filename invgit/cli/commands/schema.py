"""`invgit schema`: JSON Schemas for editors and other tools."""

from pathlib import Path

import click

from invgit.cli.main import Session
from invgit.cli.planned import CHANGES_PENDING
from invgit.text.inert import whole


@click.command("schema")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default: schemas/ of the project."
)
@click.option("--check", is_flag=True, help="Write nothing; end with 4 when a file is not up to date.")
@click.pass_obj
def command(session: Session, out: Path | None, *, check: bool) -> int:
    """Write the JSON Schemas of the YAML files, of plans and of settings."""
    from invgit import config, pipeline

    folder = out or config.find_root(session.folder.absolute()) / "schemas"
    stale = pipeline.write_schemas(folder, check=check)
    for path in stale:
        click.echo(whole(str(path)))
    return CHANGES_PENDING if check and stale else 0
