"""How a statement of SQL comes through the arguments of a command."""

from typing import Any

from typer.core import TyperCommand

_TAKING = ("--named", "--parameter", "--port", "-p", "--home")
"""Options whose value follows as an argument of its own."""


class StatementCommand(TyperCommand):
    """A command whose statement may begin with a comment, which Click would take for an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _statement_last(args))


def _statement_last(args: list[str]) -> list[str]:
    """``-- comment…`` goes to the end, behind a ``--``: what has more in it than a name is no option."""
    for number, arg in enumerate(args):
        if arg == "--":
            break
        if _comment(arg) and (number == 0 or args[number - 1] not in _TAKING):
            return [*args[:number], *args[number + 1 :], "--", arg]
    return args


def _comment(arg: str) -> bool:
    name = arg.removeprefix("--").partition("=")[0]
    return arg.startswith("--") and name != "" and not name.replace("-", "").isalnum()
