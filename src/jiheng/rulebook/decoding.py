"""YAML nodes into the dataclasses of the model, by their type annotations. Strict: every refusal names file and line.

Scalars are read from their literal text: 8.10 stays 8.10, ``no`` stays a word, 010 is refused. Nothing passes through a float.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml

from jiheng.domain.finding import Citation, Mark
from jiheng.errors import PackInvalidError
from jiheng.rulebook.model import Parameter, Sourced

Node: TypeAlias = yaml.Node
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNVERIFIABLE: frozenset[Mark] = frozenset({"unverified", "design", "calc"})


@dataclasses.dataclass(frozen=True, slots=True)
class SourceEntry:
    """A document named once under ``sources:`` and cited by key."""

    document: str
    effective: str | None
    mark: Mark
    verified: bool


class Reading:
    """One file being decoded: its name for messages, its source table for citations."""

    def __init__(self, file: str, sources: Mapping[str, SourceEntry]) -> None:
        self.file = file
        self.sources = dict(sources)

    def refuse(self, node: Node, message: str) -> PackInvalidError:
        """The error for something at this node."""
        return PackInvalidError(self.file, node.start_mark.line + 1, message)

    def mapping(self, node: Node) -> dict[str, Node]:
        """The entries of a mapping node; duplicate keys are refused."""
        if not isinstance(node, yaml.MappingNode):
            raise self.refuse(node, "这里应是“键: 值”的对照表。")
        found: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.refuse(key, "键应是一个词。")
            if key.value in found:
                raise self.refuse(key, f"键“{key.value}”重复，请删去一处。")
            found[key.value] = value
        return found

    def items(self, node: Node) -> list[Node]:
        """The entries of a list node."""
        if not isinstance(node, yaml.SequenceNode):
            raise self.refuse(node, "这里应是列表。")
        return list(node.value)

    def decode(self, node: Node, kind: Any) -> Any:  # noqa: ANN401 - driven by annotations
        """The node as a value of the annotated type.

        Raises:
            PackInvalidError: the node does not fit the type.
        """
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is not None:
            return self._composed(node, kind, origin, arguments)
        if kind is Citation:
            return self._citation(node)
        if dataclasses.is_dataclass(kind):
            return self._record(node, cast("type", kind))
        return self._scalar(node, kind)

    def _composed(self, node: Node, kind: Any, origin: Any, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401 - driven by annotations
        if origin in {typing.Union, types.UnionType}:
            return self._union(node, kind, arguments)
        if origin is Sourced:
            return self._sourced(node, arguments[0])
        if origin is tuple:
            return tuple(self.decode(item, arguments[0]) for item in self.items(node))
        if origin is dict:
            return {key: self.decode(value, arguments[1]) for key, value in self.mapping(node).items()}
        return self._one_of(node, arguments)

    def _union(self, node: Node, kind: Any, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
        if kind == Parameter:
            return self._parameter(node)
        if is_null(node):
            return None
        return self.decode(node, next(argument for argument in arguments if argument is not type(None)))

    def _sourced(self, node: Node, kind: Any) -> Sourced[Any]:  # noqa: ANN401
        entries = self.mapping(node)
        if set(entries) != {"value", "cites"}:
            raise self.refuse(node, "每一项要有 value 与 cites 两个键，不多不少。")
        return Sourced(self.decode(entries["value"], kind), self.cites(entries["cites"]))

    def cites(self, node: Node) -> tuple[Citation, ...]:
        """A non-empty list of citations."""
        found = tuple(self._citation(item) for item in self.items(node))
        if not found:
            raise self.refuse(node, "缺少依据，请在 cites 下至少写一条。")
        return found

    def _citation(self, node: Node) -> Citation:
        article = quote = None
        where = node
        if not isinstance(node, yaml.ScalarNode):
            entries = self.mapping(node)
            unknown = set(entries) - {"source", "article", "quote"}
            if unknown or "source" not in entries:
                raise self.refuse(node, "依据只能有 source、article、quote，且必须有 source。")
            where = entries["source"]
            article = self.decode(entries["article"], str | None) if "article" in entries else None
            quote = self.decode(entries["quote"], str | None) if "quote" in entries else None
        key = self._text(where)
        source = self.sources.get(key)
        if source is None:
            raise self.refuse(where, f"依据“{key}”没有列在 sources 里，请先写明它的文件。")
        return Citation(source.document, article, quote, source.effective, source.mark, source.verified)

    def _record(self, node: Node, kind: type) -> Any:  # noqa: ANN401
        hints, required = _fields(kind)
        entries = self.mapping(node)
        for key in entries:
            if key not in hints:
                raise self.refuse(entries[key], f"不认识的键“{key}”；这里可用：{'、'.join(hints)}。")
        missing = [name for name in required if name not in entries]
        if missing:
            raise self.refuse(node, f"缺少“{'”“'.join(missing)}”。")
        return kind(**{key: self.decode(value, hints[key]) for key, value in entries.items()})

    def _one_of(self, node: Node, allowed: tuple[Any, ...]) -> str:
        text = self._text(node)
        if text not in allowed:
            raise self.refuse(node, f"“{text}”不在可用的取值里：{'、'.join(allowed)}。")
        return text

    def _text(self, node: Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or is_null(node):
            raise self.refuse(node, "这里应是一个词或一句话，不能为空。")
        return str(node.value)

    def _scalar(self, node: Node, kind: Any) -> Any:  # noqa: ANN401
        text = self._text(node)
        if kind is Decimal:
            if not _NUMBER.fullmatch(text):
                raise self.refuse(node, f"“{text}”不是数字；请写成 8.10、12、-1 这样的十进制数。")
            return Decimal(text)
        if kind is int:
            if not re.fullmatch(r"\d{1,4}", text):
                raise self.refuse(node, f"“{text}”不是整数。")
            return int(text)
        if kind is bool:
            if text not in {"true", "false"}:
                raise self.refuse(node, f"“{text}”应写 true 或 false。")
            return text == "true"
        if kind is date:
            try:
                return date.fromisoformat(text)
            except ValueError as error:
                raise self.refuse(node, f"“{text}”不是日期，请写成 2023-01-31 的样子。") from error
        return text

    def _parameter(self, node: Node) -> Parameter:
        if isinstance(node, yaml.SequenceNode):
            if node.value and all(isinstance(item, yaml.SequenceNode) for item in node.value):
                return tuple(tuple(self._text(part) for part in self.items(item)) for item in node.value)
            return tuple(self._text(item) for item in node.value)
        text = self._text(node)
        if isinstance(node, yaml.ScalarNode) and not node.style:
            if _NUMBER.fullmatch(text):
                return Decimal(text)
            if text in {"true", "false"}:
                return text == "true"
        return text


def is_null(node: Node) -> bool:
    """Whether the node is a plain null, ``~`` or nothing."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in {"", "null", "~"}


def compose(path: Path, name: str, until: re.Pattern[bytes] | None = None) -> Node:
    """The node tree of a YAML file, or of the part before the first match of ``until``.

    Raises:
        PackInvalidError: the file is missing, empty, or no YAML.
    """
    try:
        content = path.read_bytes()
        cut = until.search(content) if until else None
        node = yaml.compose(content[: cut.start()] if cut else content, Loader=_LOADER)
    except OSError as error:
        raise PackInvalidError(name, 1, "文件不存在或读不了，请核对路径。") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackInvalidError(name, line, f"不是合法的 YAML：{error.problem}。") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackInvalidError(name, 1, "不是合法的 UTF-8 YAML 文件。") from error
    if node is None:
        raise PackInvalidError(name, 1, "文件是空的。")
    return node


def read_sources(reading: Reading, node: Node) -> None:
    """Add a ``sources:`` table to the reading; marks that nobody could verify may not say verified."""
    for key, entry in reading.mapping(node).items():
        if key in reading.sources:
            raise reading.refuse(entry, f"来源“{key}”已经有了，请换一个名字。")
        source = cast("SourceEntry", reading.decode(entry, SourceEntry))
        if source.verified and source.mark in UNVERIFIABLE:
            raise reading.refuse(entry, f"标记为 {source.mark} 的来源不能写 verified: true。")
        reading.sources[key] = source


def leaves(kind: type) -> Iterator[tuple[str, Any]]:
    """Field names and types of a record, in order."""
    yield from _fields(kind)[0].items()


@cache
def _fields(kind: type) -> tuple[dict[str, Any], tuple[str, ...]]:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    required = tuple(f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING)
    return {f.name: hints[f.name] for f in fields}, required
