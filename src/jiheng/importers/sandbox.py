"""Reading behind a wall: each file is read by a worker process under limits, so that no file can harm, hang or fool the one who asks.

A worker (``sandbox_worker``) gets bytes and the name of a reader and gives back a Reading, or says why not. Its answer is taken like any
other data from a stranger: JSON, every value's type checked, sizes bounded, the domain objects built here.

============================  ===============================================================================
limit                         how
============================  ===============================================================================
time                          this side's clock; the worker and its children are killed
memory, file size, open       ``setrlimit`` in the worker (Linux, partly macOS); the kernel's out-of-memory
files, core dumps             killer is pointed at the worker
network, programs, writing    an audit hook in the worker (Python code only; see ``sandbox_worker``)
surroundings                  no environment but a short list, no standard streams, own session
long life                     a worker is replaced after 500 files, or once it has grown
============================  ===============================================================================

On systems without the ``resource`` module (Windows) only the clock, the hook and the separate process are left.

A worker reads several files one after another, so code smuggled in by one file could touch the reading of the next: where that must not be,
``Sandbox(requests=1)`` gives each file a process of its own (about 0.1 s).
A worker that ends on a file after it had read others is not the file's verdict: the file is tried once more in a fresh one.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from jiheng.errors import UnreadableFileError
from jiheng.importers import wire
from jiheng.importers.port import Reading

CODES = frozenset({"file.empty", "file.binary", "file.too-large", "file.protected", "file.damaged", "file.macro", "file.limit"})
_MIB = 1024 * 1024
_MOST_BYTES = 256 * _MIB  # of one answer; 200,000 cells of long text stay below
_SURROUNDINGS = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "SYSTEMROOT", "TZ")
_AGAIN = "请用原来的程序打开、另存后再试。"
_ONLY = "请只保留自评表、另存后再试。"
# The worker's first words. ``jiheng.importers`` is made a bare folder: its ``__init__`` loads recognition and the rulebook, which readers do
# not know, and which takes longer than reading a form.
_START = """
import json, sys, types
settings = json.loads(sys.argv[1])
sys.path[:] = settings["path"]
sys.modules["jiheng.importers"] = house = types.ModuleType("jiheng.importers")
house.__path__ = [settings["house"]]
from jiheng.importers.sandbox_worker import main
main(settings)
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds by the clock, bytes of address space, of resident memory kept, of files written; and open files.

    ``programs`` lets the reader start programs (the office converter); a reader that may write does so in a folder of its own.
    """

    seconds: float = 60
    memory: int = 2048 * _MIB
    kept: int = 512 * _MIB
    written: int = 0
    open_files: int = 64
    programs: bool = False


_PICTURES = Limits(seconds=300, memory=4096 * _MIB, kept=2048 * _MIB, open_files=256)
_CONVERTED = Limits(seconds=180, memory=4096 * _MIB, written=512 * _MIB, open_files=1024, programs=True)
LIMITS: Mapping[str, Limits] = {
    "jiheng.importers.readers.scan": _PICTURES,
    "jiheng.importers.readers.pdf": _PICTURES,  # a page of a PDF may be a picture
    "jiheng.importers.routes:pdf_or_scan": _PICTURES,
    "jiheng.importers.readers.office": _CONVERTED,
    **dict.fromkeys((f"jiheng.importers.routes:{kind}" for kind in ("doc", "wps", "odt", "rtf")), _CONVERTED),
}


class _Answer(NamedTuple):
    kind: int
    peak: int
    payload: bytes


class _Watch:
    """The clock: one thread that ends workers whose time is up; it sleeps until the earliest hour known, and nobody wakes it otherwise."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[_Worker, float] = {}
        self._wakes = float("inf")
        self._running = False

    def start(self, worker: _Worker, seconds: float) -> None:
        due = time.monotonic() + seconds
        with self._changed:
            self._due[worker] = due
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="jiheng-sandbox-watch", daemon=True).start()
            elif due < self._wakes:
                self._changed.notify()

    def stop(self, worker: _Worker) -> None:
        with self._changed:
            self._due.pop(worker, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for worker in [worker for worker, due in self._due.items() if due <= now]:
                    del self._due[worker]
                    worker.overdue = True
                    worker.kill()
                self._wakes = min(self._due.values(), default=float("inf"))
                self._changed.wait(None if self._wakes == float("inf") else self._wakes - now)


class _Worker:
    """One process. It answers, or it has ended."""

    def __init__(self, limits: Limits, reader: str | None) -> None:
        self.limits = limits
        self.served = 0
        self.ready = False
        self.overdue = False
        self._folder = _folder() if limits.programs or limits.written else None
        surroundings = {key: value for key in _SURROUNDINGS if (value := os.environ.get(key)) is not None}
        if self._folder is not None:
            surroundings |= dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), self._folder)
        here = Path(__file__).parent
        settings = {
            "path": [*(os.path.abspath(path) for path in sys.path if path), str(here.parents[1])],  # noqa: PTH100 - Path would cost more
            "house": str(here),
            "reader": reader,
            "folder": self._folder,
            "programs": limits.programs,
            "memory": limits.memory,
            "written": limits.written,
            "open_files": limits.open_files,
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-I", "-S", "-X", "utf8", *(["-B"] if sys.dont_write_bytecode else []), "-c", _START, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder or os.sep,
            env=surroundings,
            start_new_session=True,
        )

    def ask(self, reader: str, source: bytes) -> _Answer | None:
        """The answer; None where the worker ended instead, or talks nonsense."""
        incoming, outgoing = self._process.stdout, self._process.stdin
        if incoming is None or outgoing is None:
            return None
        self.served += 1
        named = reader.encode()
        try:
            outgoing.write(wire.HEAD_IN.pack(len(named), len(source), self.limits.seconds) + named)
            outgoing.write(source)
            outgoing.flush()
            if not self.ready and incoming.read(1) != wire.READY:
                return None
            self.ready = True
            head = incoming.read(wire.HEAD_OUT.size)
            if len(head) < wire.HEAD_OUT.size:
                return None
            kind, peak, length = wire.HEAD_OUT.unpack(head)
            payload = incoming.read(length) if length <= _MOST_BYTES else b""
        except OSError:
            return None
        return _Answer(kind, peak, payload) if len(payload) == length else None

    def kill(self) -> None:
        """End the worker and what it has started, at once."""
        if self._process.returncode is not None:
            return
        try:
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except OSError:
            return

    def close(self) -> int:
        """End and clear away; the exit status, negative for a signal."""
        if self._process.stdin is not None and self._process.stdout is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            self._process.stdout.close()
        self.kill()
        status = self._process.wait()
        if self._folder is not None:
            import shutil  # noqa: PLC0415 - only after conversions

            shutil.rmtree(self._folder, ignore_errors=True)
        return status

    def forget(self) -> None:
        """In a forked child: let go of the parent's worker without ending it."""
        self._process.returncode = 0
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class Sandbox:
    """A pool of workers; as many files are read at once as there are ``workers``, and further callers wait. Threads may share it.

    Processes forked from this one start workers of their own.
    """

    def __init__(self, *, workers: int | None = None, requests: int = 500, limits: Mapping[str, Limits] = LIMITS) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._requests = requests
        self._limits = limits
        self._begin()
        _sandboxes.add(self)

    def _begin(self) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(self._workers)
        self._watch = _Watch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the idle workers; the sandbox can be used again, and starts new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def forget(self) -> None:
        """What a forked child does first: the parent's workers are not its own."""
        for worker in self._idle:
            worker.forget()
        self._begin()

    def warm(self, reader: str | None = None) -> None:
        """Start a worker for that reader, and have it load it, without waiting; where one stands ready, nothing happens."""
        limits = self._limits_of(reader)
        with self._lock:
            if any(worker.limits == limits for worker in self._idle):
                return
        with contextlib.suppress(OSError):  # the first file will say so
            self._keep(_Worker(limits, reader))

    def read(self, source: bytes, name: str, *, reader: str) -> Reading:
        """What the reader finds in the file; ``reader`` is ``module:function``, ``name`` the file's name for messages.

        Raises:
            UnreadableFileError: as the reader raised it; or ``file.limit`` where time, memory or depth ran out, ``file.damaged`` where the
                reader failed or its process ended, ``file.binary`` where a part it needs is not installed. Notes carry the technical detail.
        """
        with self._slots:
            worker = self._taken(reader, name)
            used = worker.served > 0
            answer = self._asked(worker, reader, source)
            if used and not worker.overdue and (answer is None or answer.kind == wire.LIMIT):
                worker.close()
                worker = self._started(reader, name)
                answer = self._asked(worker, reader, source)
            if answer is None:
                raise _ended(name, worker)
            if worker.overdue or answer.kind == wire.LIMIT or worker.served >= self._requests or answer.peak * 1024 > worker.limits.kept:
                worker.close()
            else:
                self._keep(worker)
        return _judged(answer, name, worker.limits)

    def _limits_of(self, reader: str | None) -> Limits:
        named = reader or ""
        return self._limits.get(named) or self._limits.get(named.partition(":")[0]) or Limits()

    def _taken(self, reader: str, name: str) -> _Worker:
        limits = self._limits_of(reader)
        with self._lock:
            for at in reversed(range(len(self._idle))):
                if self._idle[at].limits == limits:
                    return self._idle.pop(at)
        return self._started(reader, name)

    def _started(self, reader: str, name: str) -> _Worker:
        try:
            return _Worker(self._limits_of(reader), reader)
        except OSError as error:
            raise UnreadableFileError("file.limit", f"读取文件“{name}”的程序启动不了，可能内存或进程数已用尽。请稍后再试。") from error

    def _asked(self, worker: _Worker, reader: str, source: bytes) -> _Answer | None:
        self._watch.start(worker, worker.limits.seconds)
        try:
            return worker.ask(reader, source)
        except BaseException:  # interrupted half-way: nobody knows what the pipe holds
            self._watch.stop(worker)
            worker.close()
            raise
        finally:
            self._watch.stop(worker)

    def _keep(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)
            surplus = self._idle.pop(0) if len(self._idle) > self._workers else None
        if surplus is not None:
            surplus.close()


def _folder() -> str:
    import tempfile  # noqa: PLC0415 - only for conversions

    return tempfile.mkdtemp(prefix="jiheng-")


def _ended(name: str, worker: _Worker) -> UnreadableFileError:
    status = worker.close()
    alarm = getattr(signal, "SIGALRM", None)
    if worker.overdue or (alarm is not None and status == -alarm):
        return UnreadableFileError("file.limit", f"读取文件“{name}”用时超过 {worker.limits.seconds:g} 秒，已停止。{_ONLY}")
    if not worker.ready:
        error = UnreadableFileError("file.limit", f"读取文件“{name}”的程序启动后即中止，可能内存不足或安装不完整。请稍后再试，或重新安装本程序。")
    else:
        error = UnreadableFileError("file.damaged", f"读取文件“{name}”时读取程序意外中止，文件可能已损坏。{_AGAIN}")
    error.add_note(f"worker ended with {status}")
    return error


def _judged(answer: _Answer, name: str, limits: Limits) -> Reading:
    try:
        if answer.kind == wire.READING:
            return wire.decode(answer.payload)
        said = json.loads(answer.payload)
        if answer.kind == wire.REFUSED:
            code, message = map(str, said)
            raise UnreadableFileError(code if code in CODES else "file.damaged", message)
        note = str(said)
    except (ValueError, TypeError, RecursionError) as error:
        answer, note = answer._replace(kind=wire.FAILED), f"not an answer: {error!r}"
    if answer.kind == wire.LIMIT and note == "MemoryError":
        found = UnreadableFileError("file.limit", f"读取文件“{name}”所需内存超过 {limits.memory // _MIB} MB 的上限。{_ONLY}")
    elif answer.kind == wire.LIMIT:
        found = UnreadableFileError("file.limit", f"文件“{name}”的内容嵌套过深，超出处理上限。{_AGAIN}")
    elif answer.kind == wire.MISSING:
        found = UnreadableFileError("file.binary", f"读取文件“{name}”所需的组件“{note}”没有安装。请安装后再试，或另存为网页、文本再试。")
    else:
        found = UnreadableFileError("file.damaged", f"文件“{name}”的内容不合格式，读到一半出错。{_AGAIN}")
    found.add_note(note)
    raise found


_sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()
_default: list[Sandbox] = []
_default_lock = threading.Lock()


def default_sandbox() -> Sandbox:
    """The one sandbox of this process, made at first use and closed at exit."""
    with _default_lock:
        if not _default:
            _default.append(Sandbox())
            atexit.register(_default[0].close)
        return _default[0]


def _forget_all() -> None:
    for sandbox in list(_sandboxes):
        sandbox.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
