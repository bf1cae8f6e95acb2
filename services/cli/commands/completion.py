"""`pyuniqvisit completion`."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    To enable it in every new shell:
      bash   pyuniqvisit completion bash >> ~/.bashrc
      zsh    pyuniqvisit completion zsh >> ~/.zshrc
      fish   pyuniqvisit completion fish > ~/.config/fish/completions/pyuniqvisit.fish
    """
    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101 - click supports all three
    click.echo(completion(context.find_root().command, {}, "pyuniqvisit", "_PYUNIQVISIT_COMPLETE").source())
