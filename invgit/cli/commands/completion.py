"""`invgit completion SHELL`: what a shell needs to complete commands, options and addresses."""

import click

_SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> int:
    """Print the script that makes SHELL complete invgit: commands, options, and the names in the inventory.

    bash: eval "$(invgit completion bash)" in ~/.bashrc; zsh the same in ~/.zshrc, after compinit. fish: invgit
    completion fish > ~/.config/fish/completions/invgit.fish. PowerShell, in $PROFILE: invgit completion powershell |
    Out-String | Invoke-Expression.
    """
    from click.shell_completion import get_completion_class

    from invgit.cli.main import cli

    made = get_completion_class(shell)
    assert made, "click knows each of them"
    click.echo(made(cli, {}, "invgit", "_INVGIT_COMPLETE").source())
    return 0
