"""The `lab` command: its verbs, and what becomes of their errors."""

from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from typer.core import TyperGroup

from bootstrap.errors import BootstrapError, EndpointUnreachable, NotBootstrapped
from lab.commands import changes, demo, doctor, lake, lifecycle, logs, pipelines
from lab.errors import EnvironmentUnfit, ExitCode, LabError, NotRunning, NotWired, ServiceFailed, UsageError
from lab.output import Mode, complain, say
from lab.statement import StatementCommand

CODES = "\n\n".join(f"{int(code)}: {code.meaning}" for code in ExitCode)


# Typer shows this class of its own copy of Click only as the parent of another.
WrongCall: type[Any] = typer.BadParameter.__mro__[1]


class LabGroup(TyperGroup):
    """Turns what can go wrong into a sentence and an exit code, in one place for all commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        Mode.json = "--json" in args  # known before anything else can be wrong with the call
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except WrongCall as error:
            if not Mode.json:
                raise  # Click says it with the command's usage
            complain(
                UsageError(error.format_message(), f"`{error.ctx.command_path} --help` shows the usage.")
            )
            raise typer.Exit(ExitCode.USAGE) from error
        except KeyboardInterrupt:
            say("\nInterrupted.")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except BrokenPipeError:
            raise  # `lab logs | head` has read enough, which Click ends quietly
        except (LabError, BootstrapError, ClientError, BotoCoreError, OSError) as error:
            known = as_lab_error(error)
            complain(known)
            raise typer.Exit(known.exit_code) from error


def as_lab_error(error: Exception) -> LabError:
    """What went wrong, in the lab's own words and with its exit code."""
    match error:
        case LabError():
            return error
        case EndpointUnreachable():
            return NotRunning(str(error))
        case NotBootstrapped():
            return NotWired(str(error))
        case ConnectionError() | HTTPClientError():
            return NotRunning("The lab stopped answering.", "`lab status` says what became of it.")
        case OSError():
            return EnvironmentUnfit(
                f"{error.strerror or error}: {error.filename or 'no file'}.",
                "Put that right, or give the lab another folder with --home.",
            )
    return ServiceFailed(str(error), "`lab logs` shows what LocalStack says about it.")


app = typer.Typer(
    cls=LabGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    help="Sales-data pipelines from AWS, end to end on this machine: no account, no Docker, no network.",
    epilog=f"Exit codes\n\n{CODES}",
)

app.command()(lifecycle.up)
app.command()(lifecycle.down)
app.command()(lifecycle.status)
app.command()(logs.logs)
app.command()(pipelines.bootstrap)
app.command()(pipelines.teardown)
app.command()(pipelines.run)
app.command()(pipelines.verify)
app.command()(pipelines.redrive)
app.command()(changes.watch)
app.command()(changes.cdc)
app.command()(lake.crawl)
app.command(cls=StatementCommand, context_settings={"allow_extra_args": True})(lake.query)
app.command()(demo.demo)
app.command()(doctor.doctor)
