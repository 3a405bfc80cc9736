"""What the tests of annotated copies share: forms as files, a copy made and measured against its source, LibreOffice's view of it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]

from jiheng.domain.document import Anchor
from jiheng.domain.dossier import Dossier, FieldReading, Source
from jiheng.domain.evaluation import Evaluation
from jiheng.domain.finding import Citation, Finding, Severity
from jiheng.exporters.copies import annotate
from jiheng.importers import read
from jiheng.pipeline import appraise
from jiheng.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "forms" / "docs"
EXAMPLES = ROOT / "examples"
FORM: list[list[str | int]] = [
    ["项目支出绩效自评表（2023年度）"],
    ["项目名称", "道路养护", "实施单位", "示例县公路站"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["产出指标", "数量指标", "养护里程", "≥50公里", "已完成", 60, 60],
    ["效益指标", "社会效益指标", "群众满意度", "≥90%", "95%", 30, 30],
]
CITE = Citation("某办法", "第三条", None, None, "seen", verified=True)


def dossiers_of(source: bytes, name: str) -> tuple[Dossier, ...]:
    return appraise(source, name, rulebook=load_rulebook())


def finding(what: str, anchor: Anchor | None, *, severity: Severity = "error", subject: str = "") -> Finding:
    return Finding("form.field-missing", severity, f"{what}请补。依据：某办法第三条。", subject, anchor, (CITE,), suggestion="请补。")


def said(what: str, label: str = "错误") -> str:
    return f"【{label}】{what}建议：请补。依据：某办法第三条。"


def dossier(source: bytes, name: str, *findings: Finding, fields: Mapping[str, Anchor] | None = None) -> Dossier:
    """A dossier of this file with these findings, whatever the file says."""
    document = read(source, name)
    readings = {pointer: FieldReading(anchor) for pointer, anchor in (fields or {}).items()}
    return Dossier(None, Source(name, document.digest, document.format), Evaluation(), readings, findings=findings)


def workbook(forms: int = 1, change: Callable[[openpyxl.Workbook], None] = lambda _: None) -> bytes:
    """A workbook as openpyxl writes it, a form on each sheet."""
    book = openpyxl.Workbook()
    sheets = [book.worksheets[0], *(book.create_sheet(f"第{number}张") for number in range(2, forms + 1))]
    for number, sheet in enumerate(sheets, start=1):
        for row in FORM:
            sheet.append([f"{text}{number}期" if text == "道路养护" else text for text in row])
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts_of(source: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def packed(source: bytes) -> dict[str, bytes]:
    """Each part as it lies in the zip, still packed."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        for info in package.infolist():
            lengths = source[info.header_offset + 26 : info.header_offset + 30]
            start = info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
            found[info.filename] = source[start : start + info.compress_size]
    return found


def repacked(source: bytes, changes: Mapping[str, bytes | Callable[[bytes], bytes] | None]) -> bytes:
    """The package with some parts changed (None: taken out) or added."""
    parts = parts_of(source)
    for name, change in changes.items():
        if change is None:
            del parts[name]
        else:
            parts[name] = change(parts[name]) if callable(change) else change
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


PUT_IN = {
    "[Content_Types].xml": r'<(?:\w+:)?(?:Override PartName="/[^"]*comments\d*\.xml"|Default Extension="(?:vml|rels)") ContentType="[^"]*"/>',
    ".rels": r'<(?:\w+:)?Relationship Id="[^"]*" Type="[^"]*/(?:comments|vmlDrawing)" Target="[^"]*"/>',
    "document.xml": r'<(\w+):commentRange(?:Start|End)(?: xmlns:jh="[^"]*")? \1:id="\d+"/>'
    r'|<(\w+):r(?: xmlns:jh="[^"]*")?><\2:commentReference \2:id="\d+"/></\2:r>',
    "sheet": r'<(?:\w+:)?legacyDrawing(?: xmlns:r="[^"]*")? \w+:id="[^"]*"/>',
}


def assert_only_comments_came(before: bytes, after: bytes, *, also: Sequence[str] = ()) -> None:
    """Every part is as it was, packed bytes and all; but in the few where a comment is hung up, taking out what was put in gives the old bytes.

    ``also`` names parts (comments, drawings) that were there and that hold more now: the old bytes stand in them in their order.
    """
    old, new = parts_of(before), parts_of(after)
    old_packed, new_packed = packed(before), packed(after)
    assert list(new)[: len(old)] == list(old)
    for name, content in old.items():
        if new[name] == content:
            assert new_packed[name] == old_packed[name]
        elif name in also:
            assert _holds(new[name], content)
        else:
            pattern = next(pattern for ending, pattern in PUT_IN.items() if name.endswith(ending) or ending in name.rpartition("/")[2])
            assert _without(new[name], pattern, there=content) == content, name


def _without(part: bytes, pattern: str, *, there: bytes) -> bytes:
    """The part without what the pattern finds, but for what was there before."""
    return re.sub(pattern.encode(), lambda found: found.group() if found.group() in there else b"", part)


def _holds(long: bytes, short: bytes) -> bool:
    rest: Iterator[int] = iter(long)
    return all(byte in rest for byte in short)


def assert_reads_the_same(before: bytes, after: bytes, name: str) -> None:
    first, second = dossiers_of(before, name), dossiers_of(after, name)
    assert [one.evaluation for one in second] == [one.evaluation for one in first]
    assert [one.findings for one in second] == [one.findings for one in first]


def annotated(source: bytes, name: str) -> tuple[bytes, tuple[Dossier, ...]]:
    """The copy of a file and what it was made from, after the checks that hold for every copy."""
    forms = dossiers_of(source, name)
    assert sum(len(one.findings) for one in forms) > 0
    copy = annotate(source, name, forms)
    assert copy == annotate(source, name, forms)
    assert_only_comments_came(source, copy)
    assert_reads_the_same(source, copy, name)
    return copy, forms


def converted(source: bytes, name: str, to: str, folder: Path, *, infilter: str = "") -> bytes:
    """The file as LibreOffice writes it in another format."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(source)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", *([f"--infilter={infilter}"] if infilter else [])]
    command += ["--convert-to", to, "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own words
    return (folder / "out" / f"{path.stem}.{to.partition(':')[0]}").read_bytes()
