"""Docs hook: the reference pages are made from the code and the rule packs at every build, so they cannot go stale."""

from __future__ import annotations

import json
from typing import Any

from mkdocs.structure.files import File, Files

from jiheng.audit import RULES
from jiheng.batch.across.problems import CODES as ACROSS
from jiheng.batch.schema import RESULTS, TABLES
from jiheng.cli.reference import commands_page
from jiheng.domain.finding import SEVERITY_NAMES
from jiheng.domain.schema import dossier_schema
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.describe import describe_pack

STAGE_NAMES = {"imp": "读入", "fill": "填报", "sub": "报送", "aud": "审核", "rev": "复核", "roll": "汇总", "pub": "公开"}


def codes_page() -> str:
    """Every finding code: title, severity, stage, authority, thresholds, and whether a function exists yet."""
    lines = ["# 审核编号", "", "级别、阈值、词表与依据来自全国规则包；地方规则包可以改写其中任何一项。", ""]
    for code, entry in sorted(load_rulebook().national.rules.items()):
        variants = "".join(f"；{name}时为{SEVERITY_NAMES[severity]}" for name, severity in entry.variants.items())
        lines += [f"## `{code}` {entry.title}", "", f"- 级别：{SEVERITY_NAMES[entry.severity]}{variants}；阶段：{STAGE_NAMES[entry.stage]}"]
        lines += [f"- 依据：{'；'.join(cite.sentence() for cite in entry.cites)}"]
        lines += [f"- 参数 `{name}`：{_shown(value)}" for name, value in entry.parameters.items()]
        function = RULES.get(code)
        elsewhere = "由 `jiheng across` 在多张表之间比对给出。" if code in ACROSS else "由读入环节给出，或在历史、台账、批次数据接入后启用。"
        lines += [f"- {_first_line(function.__doc__)}" if function else f"- {elsewhere}", ""]
    return "\n".join(lines)


def packs_page() -> str:
    """Every rule pack, value by value."""
    rulebook = load_rulebook()
    return "# 规则包\n\n" + "\n\n".join(describe_pack(rulebook.pack(pack)).replace("\n# ", "\n## ") for pack in rulebook.ids())


def dossier_page() -> str:
    """The JSON Schema of the dossier."""
    schema = json.dumps(dossier_schema(), ensure_ascii=False, indent=2)
    return f"# 档案格式\n\n`jiheng appraise FILE --format json` 输出的 JSON Schema，即 `jiheng schema` 的输出。\n\n```json\n{schema}\n```\n"


def columns_page() -> str:
    """The columns of a data set and of its results, as the code declares them."""
    lines = [
        "# 列式数据集",
        "",
        "数据集是一个目录，按 `fiscal_year=年度/place=地区` 分区；没有年度的在 `fiscal_year=0`，地区不明的在 `place=未定`。每次写入在分区内添一组带编号的文件"
        "（forms、indicators、funds），三个文件的第 k 个行组是同一批表。forms 文件最后命名，没有它的一组不算数，下次写入时清除。数一律照档案的十进制文字存，"
        "不因存储而取舍。得分和意见不存，读出时按所载规则包重算。",
        "",
    ]
    titles = {"forms": "表", "indicators": "指标行", "funds": "资金行", "totals": "结果：总分", "scores": "结果：逐行得分", "findings": "结果：意见"}
    for name, kind in {**TABLES, **RESULTS}.items():
        lines += [f"## {name}：{titles[name]}", "", "| 列 | 类型 | 含义 |", "| --- | --- | --- |"]
        lines += [f"| `{field.name}` | {field.type} | {(field.metadata or {}).get(b'meaning', b'').decode()} |" for field in kind]
        lines += [""]
    return "\n".join(lines)


def _shown(value: Any) -> str:  # noqa: ANN401 - a parameter may be a number, a word or a lexicon
    if isinstance(value, tuple):
        return "、".join("/".join(part) if isinstance(part, tuple) else str(part) for part in value)
    return str(value)


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0] if text else ""


def on_files(files: Files, config: Any) -> Files:  # noqa: ANN401 - MkDocs' own type is untyped
    """MkDocs event: add the generated pages."""
    pages = {
        "reference/codes.md": codes_page(),
        "reference/packs.md": packs_page(),
        "reference/dossier.md": dossier_page(),
        "reference/commands.md": commands_page(),
        "reference/columns.md": columns_page(),
    }
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files
