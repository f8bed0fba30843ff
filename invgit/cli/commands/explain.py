"""`invgit explain`: what a code means."""

import click

from invgit.cli.views.table import rows_as
from invgit.errors import UsageError


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """Explain what CODE means, with a wrong and a right example; without CODE, list all."""
    from invgit import pipeline
    from invgit.model.values import did_you_mean

    rules = {rule.code: rule for rule in pipeline.rules()}
    if code is None:
        rows = [{"code": rule.code, "severity": rule.severity.value, "says": rule.summary} for rule in rules.values()]
        click.echo(rows_as("table", sorted(rows, key=lambda row: row["code"])))
        return 0
    rule = rules.get(code)
    if rule is None:
        raise UsageError(
            f"there is no code `{code}`", help=did_you_mean(code, list(rules)) or "`invgit explain` lists all"
        )
    click.echo(f"{rule.severity}[{rule.code}]\n\n{rule.text.strip()}")
    return 0
