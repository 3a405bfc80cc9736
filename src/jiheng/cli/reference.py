"""The command reference page, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click


def command_names() -> tuple[str, ...]:
    """Every command as typed after ``jiheng``: ``appraise``, ``packs list`` …"""
    return tuple(name for name, _ in _commands())


def commands_page() -> str:
    """Markdown: each command with its help text, arguments and options."""
    parts = ["# 命令", "", "以下内容由程序生成。`./run` 后面跟的就是这些命令。", ""]
    for name, command in _commands():
        context = click.Context(command, info_name=f"jiheng {name}")
        parts += [f"## `jiheng {name}`", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(parts)


def _commands() -> Iterator[tuple[str, click.Command]]:
    from jiheng.cli import cli  # noqa: PLC0415 - the group imports its commands lazily; so does this page

    context = click.Context(cli, info_name="jiheng")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if isinstance(command, click.Group):
            inner = click.Context(command, parent=context, info_name=name)
            for part in command.list_commands(inner):
                child = command.get_command(inner, part)
                if child is not None:
                    yield f"{name} {part}", child
        elif command is not None:
            yield name, command
