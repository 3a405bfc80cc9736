"""Old Word files and their kin: what is refused at once, and what LibreOffice makes of the rest (skipped where it is not installed)."""

from __future__ import annotations

import io
import shutil
import struct
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jiheng.domain.document import Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import Reading
from jiheng.importers.readers import docx, office
from jiheng.importers.readers.compound import Compound
from wordfiles import compound, package, para

installed = pytest.mark.skipif(shutil.which("soffice") is None and shutil.which("libreoffice") is None, reason="LibreOffice is not installed")
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">{}</manifest:manifest>'
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def odt(body: str, *, manifest: str = "", **parts: str) -> bytes:
    """An odt with this text; further parts by name, with ``__`` for a slash."""
    names = " ".join(f'xmlns:{short}="{OFFICE}:{name}:1.0"' for short, name in [("office", "office"), ("text", "text"), ("draw", "drawing")])
    names += f' xmlns:table="{OFFICE}:table:1.0" xmlns:svg="{OFFICE}:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    inside = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {names} office:version='1.3'>{inside}</office:document-content>"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    listed = entry.format("/", "application/vnd.oasis.opendocument.text") + entry.format("content.xml", "text/xml") + manifest
    listed += "".join(entry.format(name.replace("__", "/") + ".xml", "text/xml") for name in parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST.format(listed))
        for name, more in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", more)
    return out.getvalue()


def word_head(flags: int) -> bytes:
    return struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0x804, 0, flags)


def texts(reading: Reading) -> list[str]:
    return [b.text if isinstance(b, Paragraph) else "|".join(cell.text for cell in b.cells) for b in reading.blocks]


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        pytest.param(compound({"WordDocument": word_head(0x0100)}), "file.protected", "密码", id="doc"),
        pytest.param(compound({"EncryptionInfo": b"", "EncryptedPackage": b""}), "file.protected", "密码", id="docx"),
        pytest.param(odt("", manifest="<manifest:encryption-data/>"), "file.protected", "密码", id="odt"),
        pytest.param(b"no document at all", "file.damaged", "不是完整的", id="plain text"),
        pytest.param(compound({"Workbook": b""}), "file.damaged", "不是完整的", id="xls under another name"),
        pytest.param(compound({"WordDocument": word_head(0)})[:1500], "file.damaged", "OLE", id="cut off"),
        pytest.param(b'<?xml version="1.0"?><!DOCTYPE x><?mso-application progid="Word.Document"?>', "file.damaged", "不是完整的", id="entities"),
    ],
)
def test_what_cannot_be_read_is_refused_before_libreoffice_sees_it(source: bytes, code: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableFileError) as raised:
        office.read_converted(source, "甲.doc")
    assert raised.value.code == code
    assert words in str(raised.value)


def test_without_libreoffice_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableFileError) as raised:
        office.read_converted(odt("<text:p>绩效</text:p>"), "甲.odt")
    assert raised.value.code == "file.binary"
    assert "apt-get install -y libreoffice-writer-nogui libreoffice-calc-nogui" in str(raised.value)
    assert "另存为 docx" in str(raised.value)


def test_a_docx_under_the_ending_of_wps_needs_no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    source = package(para("绩效"))
    assert texts(office.read_converted(source, "甲.wps")) == ["绩效"]
    assert office.convert_many([("甲.wps", source), ("乙.doc", b"rubbish")]) == [source, None]


def test_protection_and_macros_are_seen() -> None:
    plain, macros = compound({"WordDocument": word_head(0)}), compound({"WordDocument": word_head(0), "_VBA_PROJECT": b""})
    assert [office.is_protected(plain), office.has_macros(plain), office.has_macros(macros)] == [False, False, True]
    assert office.is_protected_ooxml(compound({"EncryptedPackage": b""}))
    assert not office.is_protected_ooxml(plain)
    assert not office.is_protected_ooxml(package(para("x")))


def test_the_streams_of_a_compound_file_are_read_whole() -> None:
    content = bytes(range(256)) * 300
    found = Compound(compound({"甲": content, "乙": b"x" * 5000}))
    assert found.names == {"甲", "乙"}
    assert (found.read("甲"), found.read("乙"), found.read("丙")) == (content, b"x" * 5000, b"")


def test_a_chain_of_sectors_that_bites_its_tail_is_damage() -> None:
    source = bytearray(compound({"甲": b"x" * 5000}))
    source[-_BACK : -_BACK + 4] = struct.pack("<I", 0)
    with pytest.raises(UnreadableFileError, match="OLE"):
        Compound(bytes(source)).read("甲")


_BACK = 512  # the one allocation table stands in the last sector; its first number belongs to the first stream's first sector


def test_no_more_than_fifty_at_once() -> None:
    with pytest.raises(UnreadableFileError, match="50"):
        office.convert_many([("甲.rtf", b"{\\rtf1 x}")] * 51)


def fake_office(folder: Path, script: str) -> str:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_an_office_that_hangs_is_stopped_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", fake_office(tmp_path, f"(sleep 0.5; touch {tmp_path}/outlived) & sleep 30"))
    monkeypatch.setattr(office, "_SECONDS", 0.2)
    with pytest.raises(UnreadableFileError) as raised:
        office.read_converted(b"{\\rtf1 x}", "甲.rtf")
    assert raised.value.code == "file.limit"
    time.sleep(0.5)
    assert not (tmp_path / "outlived").exists()


def test_an_office_that_makes_nothing_and_says_all_is_well_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", fake_office(tmp_path, "exit 0"))
    with pytest.raises(UnreadableFileError) as raised:
        office.read_converted(b"{\\rtf1 x}", "甲.rtf")
    assert raised.value.code == "file.damaged"


def test_after_a_breakdown_the_files_left_are_tried_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    script = f"""echo x >> {calls}
while [ "$1" != --outdir ]; do shift; done
out=$2; shift 2
for file; do grep -q bad $file && exit 81; name=${{file##*/}}; cp $file $out/${{name%.*}}.docx; done"""
    monkeypatch.setenv("PATH", fake_office(tmp_path, script))
    files = [("a.rtf", b"{\\rtf1 a}"), ("b.rtf", b"{\\rtf1 bad}"), ("c.rtf", b"{\\rtf1 c}")]
    assert office.convert_many(files) == [files[0][1], None, files[2][1]]
    assert len(calls.read_text().split()) == 3


@pytest.fixture(scope="module")
def visited() -> Iterator[tuple[list[str], int]]:
    """A server nobody should call: the paths asked for, and its port."""
    paths: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield paths, server.server_port
        server.shutdown()


@installed
def test_odt_is_read_with_its_merges_and_fetches_nothing(visited: tuple[list[str], int]) -> None:
    paths, port = visited
    picture = (
        f'<draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="http://127.0.0.1:{port}/x.png" xlink:type="simple"/></draw:frame>'
    )
    cells = '<table:table-cell table:number-columns-spanned="2"><text:p>题名</text:p></table:table-cell><table:covered-table-cell/>'
    second = "<table:table-cell><text:p>名称</text:p></table:table-cell><table:table-cell><text:p>道路</text:p></table:table-cell>"
    rows = f"<table:table-row>{cells}</table:table-row><table:table-row>{second}</table:table-row>"
    body = (
        f'<text:p>绩效{picture}</text:p><table:table><table:table-column table:number-columns-repeated="2"/>{rows}</table:table><text:p>注</text:p>'
    )
    reading = office.read_converted(odt(body, Basic__Standard__Module1="<x/>"), "甲.odt")
    assert texts(reading) == ["绩效", "题名|名称|道路", "注"]
    (found,) = (block for block in reading.blocks if isinstance(block, Table))
    assert [(c.row, c.column, c.column_span) for c in found.cells] == [(0, 0, 2), (1, 0, 1), (1, 1, 1)]
    assert [notice.code for notice in reading.notices] == ["file.macro"]
    assert paths == []


@installed
def test_many_files_are_converted_in_one_call() -> None:
    rich = "{\\rtf1\\ansi\\uc1 " + "".join(f"\\u{ord(c)}?" for c in "绩效") + "\\par}"
    made = office.convert_many([("甲.rtf", rich.encode()), ("乙.doc", b"rubbish"), ("丙.odt", odt("<text:p>评价</text:p>"))])
    assert made[1] is None
    assert [texts(docx.read(one)) for one in made if one is not None] == [["绩效"], ["评价"]]
