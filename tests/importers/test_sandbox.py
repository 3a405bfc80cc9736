"""What comes through the wall, and what does not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from jiheng.domain.document import Anchor, Cell, Notice, Paragraph, Table
from jiheng.errors import UnreadableFileError
from jiheng.importers import wire
from jiheng.importers.port import MAX_CELLS, Reading
from jiheng.importers.sandbox import CODES, LIMITS, Limits, Sandbox, default_sandbox

ODD_READERS = """
import os, socket, subprocess, sys, time
from pathlib import Path
from jiheng.domain.document import Anchor, Paragraph
from jiheng.errors import UnreadableFileError
from jiheng.importers.port import Reading

LEFT = []

def said(text):
    return Reading((Paragraph(text, Anchor(text=text)),))

def plain(source): return said(source.decode())
def pid(source): return said(str(os.getpid()))
def loaded(source): return said(" ".join(sys.modules))
def surroundings(source): return said(" ".join(f"{key}={value}" for key, value in os.environ.items()))
def protected(source): raise UnreadableFileError("file.protected", "文件“甲”有密码。")
def unheard_of(source): raise UnreadableFileError("file.odd", "不认识。")
def wrong(source): return [][1]
def nothing(source): return None
def numbers_for_text(source): return said(7)
def crash(source): os.abort()
def leave(source): os._exit(0)
def slow(source): time.sleep(60)
def big(source): return said(str(len(bytearray(3 * 2**30))))
def hoard(source): LEFT.append(bytearray(300 * 2**20)); return said(str(os.getpid()))
def deep(source): return deep(source)
def lacking(source): import no_such_package_at_all
def prints(source): print("x" * 100000); os.write(1, b"y" * 100); os.write(2, b"z"); return said("done")
def crash_when_used(source):
    LEFT.append(1)
    if len(LEFT) > 1: os.abort()
    return said("fresh")

def call(source): socket.create_connection(("127.0.0.1", int(source)), 1)
def program(source): return said(subprocess.run(["echo", "ran"], capture_output=True, check=True).stdout.decode())
def write(source): Path(source.decode()).write_text("x"); return said("written")
def remove(source): Path(source.decode()).unlink(); return said("removed")
def own_folder(source):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a").write_text("x")
        (Path(folder) / "b").mkdir()
        (Path(folder) / "b" / "c").write_text("x")
        os.rename(Path(folder) / "a", Path(folder) / "d")
    return said(folder)
"""
NAME = "自评表.xlsx"
QUICK = Limits(seconds=0.5)
CONVERTER = Limits(written=2**20, programs=True)


class Same(dict[str, Limits]):
    """The same limits for every reader."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits

    def get(self, _key: str, _otherwise: object = None) -> Limits:
        return self.limits


@pytest.fixture(scope="module", autouse=True)
def odd_readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("readers")
    (folder / "odd_readers.py").write_text(ODD_READERS, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def sandbox(odd_readers: None) -> Iterator[Sandbox]:  # noqa: ARG001 - the workers need the path
    with Sandbox(workers=1) as one:
        yield one


def ask(sandbox: Sandbox, reader: str, source: bytes = b"") -> str:
    (block,) = sandbox.read(source, NAME, reader=f"odd_readers:{reader}").blocks
    assert isinstance(block, Paragraph)
    return block.text


def test_what_is_read_comes_through(sandbox: Sandbox) -> None:
    assert ask(sandbox, "plain", "年度".encode()) == "年度"


def test_a_megabyte_each_way_comes_through(sandbox: Sandbox) -> None:
    assert ask(sandbox, "plain", b"a" * 3_000_000) == "a" * 3_000_000


def test_a_refusal_keeps_code_and_message(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableFileError, match="文件“甲”有密码") as caught:
        ask(sandbox, "protected")
    assert (caught.value.code, str(caught.value)) == ("file.protected", "文件“甲”有密码。")


@pytest.mark.parametrize(
    ("reader", "code", "message", "note"),
    [
        ("unheard_of", "file.damaged", "不认识", ""),
        ("wrong", "file.damaged", f"“{NAME}”的内容不合格式", "IndexError"),
        ("nothing", "file.damaged", "不合格式", "Error"),
        ("numbers_for_text", "file.damaged", "不合格式", "TypeError"),
        ("crash", "file.damaged", f"读取文件“{NAME}”时读取程序意外中止", "-6"),
        ("leave", "file.damaged", "意外中止", "ended with 0"),
        ("big", "file.limit", "内存超过 2048 MB", "MemoryError"),
        ("deep", "file.limit", "嵌套过深", "RecursionError"),
        ("lacking", "file.binary", "no_such_package_at_all", ""),
        ("program", "file.damaged", "不合格式", "subprocess.Popen"),
        ("no_such_reader", "file.damaged", "不合格式", "AttributeError"),
    ],
)
def test_every_accident_becomes_a_code_and_a_sentence(sandbox: Sandbox, reader: str, code: str, message: str, note: str) -> None:
    with pytest.raises(UnreadableFileError, match=message) as caught:
        ask(sandbox, reader)
    assert caught.value.code == code
    assert note in "".join(getattr(caught.value, "__notes__", []))
    assert "Error" not in str(caught.value)


def test_the_clock_ends_a_slow_reader_and_the_next_file_is_read() -> None:
    with Sandbox(workers=1, limits=Same(QUICK)) as sandbox:
        begun = time.monotonic()
        with pytest.raises(UnreadableFileError, match="用时超过") as caught:
            ask(sandbox, "slow")
        assert time.monotonic() - begun < 3
        assert caught.value.code == "file.limit"
        assert ask(sandbox, "plain", b"a") == "a"


def test_what_a_reader_prints_goes_nowhere(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert ask(sandbox, "prints") == "done"
    assert capfd.readouterr() == ("", "")


def test_a_reader_reaches_no_network(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        with pytest.raises(UnreadableFileError):
            ask(sandbox, "call", str(server.getsockname()[1]).encode())
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_reader_writes_and_removes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("1", encoding="ascii")
    for reader, path in (("write", tmp_path / "new"), ("write", kept), ("remove", kept)):
        with pytest.raises(UnreadableFileError):
            ask(sandbox, reader, str(path).encode())
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert kept.read_text(encoding="ascii") == "1"


def test_a_converter_starts_programs_and_writes_in_a_folder_that_goes_with_it(tmp_path: Path) -> None:
    with Sandbox(workers=1, limits=Same(CONVERTER)) as sandbox:
        assert ask(sandbox, "program") == "ran\n"
        folder = Path(ask(sandbox, "own_folder")).parent
        assert folder.is_dir()
        with pytest.raises(UnreadableFileError):
            ask(sandbox, "write", str(tmp_path / "new").encode())
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_only_what_a_reader_needs_is_loaded_and_passed_on(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = set(ask(sandbox, "loaded").split())
    assert "jiheng.importers.wire" in modules
    assert {"jiheng.rulebook", "jiheng.importers.parse", "yaml", "pytest"} & modules == set()
    monkeypatch.setenv("DATABASE_URL", "secret")
    with Sandbox(workers=1) as fresh:
        assert "DATABASE_URL" not in ask(fresh, "surroundings")


def test_a_worker_serves_many_files_and_is_replaced_in_time() -> None:
    with Sandbox(workers=1, requests=2) as sandbox:
        first, second, third = (ask(sandbox, "pid") for _ in range(3))
    assert first == second != third


def test_a_worker_that_has_grown_is_replaced() -> None:
    with Sandbox(workers=1, limits=Same(Limits(kept=200 * 2**20))) as sandbox:
        assert ask(sandbox, "hoard") != ask(sandbox, "pid")


def test_a_file_is_not_blamed_for_the_file_before() -> None:
    with Sandbox(workers=1) as sandbox:
        assert ask(sandbox, "crash_when_used") == "fresh"
        assert ask(sandbox, "crash_when_used") == "fresh"


def test_a_worker_that_died_while_idle_is_replaced() -> None:
    with Sandbox(workers=1) as sandbox:
        os.kill(int(ask(sandbox, "pid")), 9)
        assert ask(sandbox, "plain", b"a") == "a"


def test_threads_share_a_sandbox() -> None:
    found: list[str] = []
    with Sandbox(workers=2) as sandbox:
        threads = [threading.Thread(target=lambda n=n: found.append(ask(sandbox, "plain", str(n).encode()))) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(map(int, found)) == list(range(20))


def test_warming_returns_at_once_and_the_worker_is_used() -> None:
    with Sandbox(workers=1) as sandbox:
        begun = time.process_time()
        sandbox.warm("odd_readers:pid")
        sandbox.warm("odd_readers:pid")
        assert time.process_time() - begun < 0.05
        assert len(sandbox._idle) == 1  # noqa: SLF001 - the one worker
        assert ask(sandbox, "pid") == ask(sandbox, "pid")


def test_a_forked_child_has_workers_of_its_own() -> None:
    with Sandbox(workers=1) as sandbox:
        mine = ask(sandbox, "pid")
        back, forth = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(forth, ask(sandbox, "pid").encode())
            os._exit(0)
        os.waitpid(child, 0)
        theirs = os.read(back, 100).decode()
        assert theirs.isdecimal()
        assert theirs != mine == ask(sandbox, "pid")
        os.close(back)
        os.close(forth)


def test_workers_and_their_folders_go_when_their_parent_is_killed() -> None:
    script = (
        "from jiheng.importers.sandbox import Limits, Sandbox\n"
        "one = Sandbox(limits={'odd_readers': Limits(written=2**20, programs=True)})\n"
        "print(one.read(b'', 'a', reader='odd_readers:pid').blocks[0].text, flush=True)\n"
        "print(one.read(b'', 'a', reader='odd_readers:own_folder').blocks[0].text, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=surroundings) as parent:  # noqa: S603 - our own script
        assert parent.stdout is not None
        worker = Path("/proc", parent.stdout.readline().decode().strip())
        folder = Path(parent.stdout.readline().decode().strip()).parent
        assert is_running(worker)
        assert folder.is_dir()
        parent.kill()
    deadline = time.monotonic() + 5
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(worker)
    assert not folder.exists()


def is_running(process: Path) -> bool:
    try:
        return ") Z " not in (process / "stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_there_is_one_default() -> None:
    assert default_sandbox() is default_sandbox()


def test_readers_of_pictures_get_more_time_and_memory() -> None:
    assert LIMITS["jiheng.importers.readers.scan"].seconds == 300
    assert LIMITS["jiheng.importers.readers.scan"].memory == 4 * 2**30
    starters = {name.rpartition(".")[2] for name, limits in LIMITS.items() if limits.programs}
    assert starters == {"office", "routes:doc", "routes:wps", "routes:odt", "routes:rtf"}
    assert Limits().seconds == 60
    assert Limits().memory == 2 * 2**30


def test_every_code_is_known_to_the_rules() -> None:
    rules = Path(__file__).parents[2] / "src" / "jiheng" / "rulepacks" / "cn" / "_rules-form.yaml"
    assert all(f"\n  {code}: " in rules.read_text(encoding="utf-8") for code in CODES)


BOX = (Decimal("1.50"), Decimal(2), Decimal(-3), Decimal("4E+2"))
CELLS = (
    Cell(0, 0, "项目名称", Anchor(1, "表1", "A1", 3, BOX, "项目名称"), 2, 1, "0%", "<b>项目名称</b>", Decimal("0.90"), "=A2", ("项日", "名")),
    Cell(0, 1, "", Anchor()),
    Cell(1, 1, "5", Anchor(cell="B2", text="5.0"), column_span=2, source_text="5", alternatives=("6",)),
)
READINGS = {
    "nothing": Reading(()),
    "one paragraph": Reading((Paragraph("题", Anchor(line=1, text="题")),)),
    "an empty table": Reading((Table((), 0, 0), Table((), 3, 2))),
    "all there is": Reading(
        (Paragraph("题", Anchor(box=BOX)), Paragraph("二", Anchor()), Table(CELLS, 2, 2), Table(CELLS[1:], 2, 3), Paragraph("尾", Anchor(page=2))),
        (Notice("file.macro", "有宏。"), Notice("file.macro", "又有。", Anchor(sheet="表2", text="x"))),
    ),
    "cells all alike": Reading((Table((Cell(0, 0, "a", Anchor(text="a"), source_text="a"),) * 5, 1, 1),)),
    "signs of its own": Reading(
        (Paragraph("a\0b\2", Anchor(text="\2")), Paragraph("\3" + "0\3", Anchor(sheet="\3" + "2", text="")), Table(CELLS, 2, 2))
    ),
    "half characters": Reading((Paragraph("a\ud800\udc00b", Anchor(text="\udfff")),)),
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_a_reading_survives_the_wire(reading: Reading) -> None:
    back = wire.decode(wire.encode(reading))
    assert back == reading
    assert repr(back) == repr(reading)  # 1.50 stays 1.50


def test_the_wire_knows_every_field_of_a_cell() -> None:
    assert len(Cell._fields) == 11
    assert len(Anchor._fields) == 6
    assert Notice._fields == ("code", "message", "anchor")
    assert all(len(set(column)) > 1 for column in zip(*CELLS, strict=True))  # so that the round trip above means something


def test_an_answer_cut_anywhere_is_refused() -> None:
    whole = wire.encode(READINGS["all there is"])
    for length in range(len(whole)):
        try:
            assert wire.decode(whole[:length]) != READINGS["all there is"]
        except ValueError:
            continue


def sent(numbers: list[int], texts: str) -> bytes:
    packed = b"".join(number.to_bytes(4, "little", signed=True) for number in numbers)
    return b"\0" + len(packed).to_bytes(8, "little") + packed + texts.encode()


@pytest.mark.parametrize(
    "numbers",
    [[1, 2**30, 1, 0, -1, 0], [1, 1, 1, -5], [0, 2**30], [0, -1], [1, 1, 1, 1, 1, 5], [1, 1, 1, 1, 1, -1], [], [-1, 2**30], [7]],
)
def test_a_lying_worker_is_not_believed(numbers: list[int]) -> None:
    with pytest.raises(ValueError, match=r"no answer|no size|more than|cut short|outside|another length|no text"):
        wire.decode(sent(numbers, "a"))


def test_more_cells_than_may_be_are_refused_before_they_are_made() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        wire.decode(sent([1, 1, 1, MAX_CELLS + 1], ""))
    assert caught.value.code == "file.limit"


@pytest.mark.parametrize("confidence", ["NaN", "2", "x", "-1"])
def test_a_confidence_is_between_0_and_1(confidence: str) -> None:
    whole = wire.encode(Reading((Table((Cell(0, 0, "a", Anchor(text="a"), confidence=Decimal("0.123")),), 1, 1),)))
    assert b"0.123" in whole
    with pytest.raises(ValueError, match="number"):
        wire.decode(whole.replace(b"0.123", confidence.encode()))
