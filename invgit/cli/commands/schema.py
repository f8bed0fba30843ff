"""`invgit schema`: JSON Schemas for editors and other tools."""

from datetime import datetime
from pathlib import Path

import click

from invgit.cli.main import Session
from invgit.cli.options import now_option
from invgit.cli.planned import CHANGES_PENDING
from invgit.errors import UsageError
from invgit.text.inert import whole


@click.command("schema")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default: schemas/ of the project."
)
@click.option("--check", is_flag=True, help="Write nothing; end with 4 when a file is not up to date.")
@click.option("--live", is_flag=True, help="Write those that know the slugs of this inventory, to .invgit/schemas.")
@click.option("--editors", is_flag=True, help="With --live: tell VS Code and JetBrains' editors of them, too.")
@now_option
@click.pass_obj
def command(session: Session, out: Path | None, now: datetime, *, check: bool, live: bool, editors: bool) -> int:
    """Write the JSON Schemas of the YAML files, of plans and of settings.

    With --live each site has its own, in which references are the slugs there are: editors complete and check them.
    Where there are such schemas, or settings of an editor, every `validate` keeps them up to date.
    """
    from invgit import config, pipeline
    from invgit.pipeline.editors import tell_editors, untold

    if live and (check or out):
        raise UsageError("--live goes with neither --out nor --check", help="run `invgit schema --live`")
    if editors and not live:
        raise UsageError("--editors goes with --live", help="run `invgit schema --live --editors`")
    if live:
        settings = session.settings()
        compiled = pipeline.compile_inventory(settings, now)
        changed = pipeline.write_live(settings, compiled)
        if editors:
            changed += tell_editors(settings, compiled)
        elif untold(settings, compiled):
            session.say("VS Code is not told of all of them; `invgit schema --live --editors` tells it")
    else:
        folder = out or config.find_root(session.folder.absolute()) / "schemas"
        changed = pipeline.write_schemas(folder, check=check)
    for path in changed:
        click.echo(whole(str(path)))
    return CHANGES_PENDING if check and changed else 0
