"""The command line: one file per command, loaded when it is called. ``main`` never shows a traceback unless ``JIHENG_DEBUG=1``."""

from __future__ import annotations

import importlib
import os
import sys

import click

from jiheng import __version__
from jiheng.cli.wording import in_chinese
from jiheng.errors import JihengError

COMMANDS = (
    "across",
    "annotate",
    "appraise",
    "codes",
    "columns",
    "evidence",
    "explain",
    "export",
    "fill",
    "ledgers",
    "measure",
    "monitor",
    "packs",
    "read",
    "replay",
    "report",
    "rescore",
    "schema",
    "scoresheet",
    "verify",
)
OK, FOUND, USAGE, UNREADABLE = 0, 1, 2, 3


class LazyGroup(click.Group):
    """A group that imports a command's file only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in alphabetical order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"jiheng.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="jiheng", help="显示版本。")
def cli() -> None:
    """绩衡：读取、复算、审核项目支出绩效自评表。"""


def main() -> None:
    """Run the command line and exit: 0 clean, 1 errors or warnings found, 2 usage, 3 unreadable or an accident."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:  # noqa: PLR0911 - one exit code per kind of ending
    """Run one command line and return its exit code; every problem is one Chinese sentence on stderr."""
    try:
        result = cli.main(arguments, prog_name="jiheng", standalone_mode=False)
    except click.Abort:
        click.echo("已中断。", err=True)
        return UNREADABLE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.message, err=True)
        return USAGE
    except click.ClickException as error:
        click.echo(f"用法有误：{in_chinese(error)}", err=True)
        return error.exit_code if error.exit_code != 1 else USAGE
    except JihengError as error:
        click.echo(str(error), err=True)
        return USAGE
    except SystemExit:
        return OK  # click leaves this way, and only this way, when the reader of a pipe has gone
    except Exception as error:
        if os.environ.get("JIHENG_DEBUG") == "1":
            raise
        click.echo(f"程序出错（{type(error).__name__}），没有完成。请设 JIHENG_DEBUG=1 重新运行，并把输出交给维护者。", err=True)
        return UNREADABLE
    return result if isinstance(result, int) else OK
