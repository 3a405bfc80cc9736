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
from jiheng.domain.measured import AGGREGATION_NAMES, EXCLUSION_NAMES
from jiheng.domain.schema import dossier_schema
from jiheng.rulebook import ledgers as model
from jiheng.rulebook import load_rulebook
from jiheng.rulebook.decoding import leaves
from jiheng.rulebook.describe import describe_pack
from jiheng.rulebook.ledger_describe import COVER_NAMES, TYPE_NAMES, describe_ledger

STAGE_NAMES = {"imp": "读入", "fill": "填报", "sub": "报送", "aud": "审核", "rev": "复核", "roll": "汇总", "pub": "公开"}
RECORDS: tuple[tuple[str, type, dict[str, str]], ...] = (
    (
        "台账定义",
        model.Ledger,
        {
            "id": "文件名，不写在文件里",
            "number": "编号，不得重复",
            "title": "名称",
            "owner": "谁登记，不是谁填报",
            "grain": "一行是什么",
            "key": "这些列合起来不得重复",
            "columns": "列名 → 列",
            "definitions": "口径名 → 口径，依优先次序",
            "completeness": "怎样知道年度内齐全",
            "cites": "依据，取自 sources",
            "period": "哪一列定年度：事项发生的期间，不是印发或支付通知的日期",
            "region": "哪一列是区划代码，等于本地区代码或以它开头的才算",
            "kind": "哪一列是类别",
            "first": "重复时，这一列最早的保留",
            "unique": "另外不得重复的列组；空的不比",
            "known_by": "表名、文件名里常见的词",
            "validity": "哪些行不计，依次判断",
            "release": "同一期有几版时取哪一版",
            "cumulative": "当月与累计两列，相加应相等",
            "flows": "资金台账怎样分清计划、下达、追加、支付",
        },
    ),
    (
        "列",
        model.Column,
        {
            "title": "表头",
            "type": f"类型：{'；'.join(f'{name} {title}' for name, title in TYPE_NAMES.items())}",
            "aliases": "表头的其他写法，一个写法只能指一列",
            "unit": "单位，数才有",
            "unit_from": "逐行印单位的列，换算成 unit",
            "required": "表里必须有，默认 true；口径用到的列没有时，这个口径不可用",
            "signed": "可以为负，默认 false",
        },
    ),
    (
        "条件",
        model.Condition,
        {
            "column": "检验哪一列；写了的几项要同时满足",
            "one_of": "是其中之一；flag 写 是 或 否",
            "none_of": "有值而不在其中",
            "empty": "是否为空；空的单元格不满足别的检验",
            "least": "不小于",
            "most": "不大于",
            "before": "早于另一列，或 start 期初、end 期末、reference 基准日、filed 填报日",
            "after": "晚于，同上",
            "since": "不早于，同上",
            "until": "不晚于，同上",
            "not_above": "数不大于另一列的数",
        },
    ),
    (
        "不计的行",
        model.Invalidity,
        {"code": f"原因：{'；'.join(f'{name} {title}' for name, title in EXCLUSION_NAMES.items())}", "when": "同时满足的条件"},
    ),
    (
        "口径",
        model.Definition,
        {
            "title": "名称",
            "unit": "结果的单位",
            "aggregation": f"算法：{'；'.join(f'{name} {title}' for name, title in AGGREGATION_NAMES.items())}",
            "reading": "一句话说明数的是什么",
            "terms": "相加、作分子、或被平均的各项",
            "over": "作分母或权数的各项",
            "over_ledger": "以另一台账的口径作分母",
            "distinct": "去重计数的列",
            "where": "先限于哪些行",
            "uptime": "停机台账的起、止、是否计划内三列",
            "cites": "这个口径另有的依据",
        },
    ),
    (
        "项",
        model.Term,
        {"label": "印出的名称", "columns": "列 → 系数；不写则数行数", "where": "只看哪些行", "factor": "整项乘以多少，默认 1", "unless": "旁边另一项的名称；那一项有行时，这一项不计"},
    ),
    ("借用的分母", model.Borrowed, {"ledger": "台账", "definition": "它的口径"}),
    ("停机", model.Uptime, {"start": "开始时刻", "end": "结束时刻", "planned": "是否计划内"}),
    (
        "齐全",
        model.Completeness,
        {"by": f"标准：{'；'.join(f'{name} {title}' for name, title in COVER_NAMES.items())}", "every": "对这些列的每个值分别看"},
    ),
    ("版次", model.Release, {"on": "公布日期的列", "word": "版次用词的列", "order": "用词由旧到新"}),
    ("累计", model.Cumulative, {"month": "当月的列", "total": "累计的列"}),
    (
        "资金去向",
        model.Flows,
        {
            "kind": "类别的列",
            "amount": "金额的列",
            "allot": "下达的用词",
            "pay": "支付的用词",
            "plan": "年初预算的用词",
            "add": "追加的用词",
            "cut": "调减的用词",
            "refund": "退回的用词",
            "tier": "级次的列",
            "document": "文号的列",
        },
    ),
    (
        "项目的台账清单（台账.yaml）",
        model.Bindings,
        {"project": "项目", "year": "年度", "bindings": "一行指标一条", "region": "区划代码", "filed_on": "填报日"},
    ),
    (
        "清单的一条",
        model.Binding,
        {
            "subject": "表上印的指标名称，或 /indicators/2、/funds",
            "ledger": "台账",
            "files": "台账文件，相对于清单",
            "feeds": "数据来源的网址",
            "definition": "认定的口径，与 approved_by 一起写",
            "approved_by": "认定口径的文件",
            "where": "只取哪些行，其余不属本指标",
            "region": "与清单不同的区划代码",
            "reference": "基准日，默认期末",
            "service": "服务起止",
            "closed": "封账（完结）说明",
            "judgement": "判断性指标，台账只作参考，默认 false",
        },
    ),
    (
        "数据来源",
        model.Feed,
        {
            "url": "数据库（sqlite:///…、postgresql://…）或 JSON 接口（https://…）；${变量名} 从环境变量取，不写密码",
            "query": "数据库的一条 SELECT",
            "token": "放令牌的环境变量名",
            "rows": "回答里放列表的字段，如 data.items",
            "next": "回答里放下一页网址的字段",
            "page": "页码参数名，从 1 起，翻到空页为止",
        },
    ),
    ("服务起止", model.Service, {"active_from": "开始日期", "active_to": "停止日期", "basis": "文件"}),
)
"""The records a definition file and a bindings file are made of, with what each field means."""


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


def ledgers_page() -> str:
    """The format of ledger definitions and bindings, and every ledger in words."""
    lines = [
        "# 台账",
        "",
        "台账是实现值背后的记录。一种台账一个 YAML 文件，检查与规则包一样严：`jiheng ledgers check FILE`。文件开头的 sources 与规则包相同。",
        "",
    ]
    for title, kind, meanings in RECORDS:
        lines += [f"## {title}", "", "| 键 | 含义 |", "| --- | --- |", *(f"| `{name}` | {meanings[name]} |" for name, _ in leaves(kind)), ""]
    return "\n".join(lines) + "\n\n".join(describe_ledger(ledger).replace("\n## ", "\n### ").replace("# ", "## ", 1) for ledger in _ledgers())


def _ledgers() -> list[model.Ledger]:
    return list(load_rulebook().ledgers.values())


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
        "reference/ledgers.md": ledgers_page(),
    }
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files
