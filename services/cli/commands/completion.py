"""`pyuniqvisit completion`."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands and options with the tab key.

    \b
    To have it in every shell:
      bash   pyuniqvisit completion bash >> ~/.bashrc
      zsh    pyuniqvisit completion zsh >> ~/.zshrc
      fish   pyuniqvisit completion fish > ~/.config/fish/completions/pyuniqvisit.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all three
    click.echo(kind(context.find_root().command, {}, "pyuniqvisit", "_PYUNIQVISIT_COMPLETE").source())
