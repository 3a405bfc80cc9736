"""Usage errors of click, said in Chinese."""

from __future__ import annotations

import click


def in_chinese(error: click.ClickException) -> str:
    """What is wrong with the command line and what to do, in one sentence."""
    if isinstance(error, click.NoSuchOption):
        near = f"，是否想用 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}。请用 --help 查看。"
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param is not None else "参数"
        return f"缺少 {name}。请用 --help 查看。"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{'、'.join(error.param.opts) or error.param.human_readable_name}：{_value(error)}"
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        return f"没有命令 {error.message.removeprefix('No such command ').rstrip('.')}。请用 jiheng --help 查看。"
    if isinstance(error, click.UsageError) and error.message.startswith("Missing command"):
        return "缺少命令。请用 jiheng --help 查看。"
    return error.message


def _value(error: click.BadParameter) -> str:
    if error.param is not None and isinstance(error.param.type, click.Choice):
        return f"只能是 {'、'.join(map(str, error.param.type.choices))} 之一。"
    return error.message
