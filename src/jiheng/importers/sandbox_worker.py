"""The inside of the sandbox: a process that reads files for another one, under limits, and does nothing else.

``jiheng.importers.sandbox`` starts it and talks to it over two pipes (``jiheng.importers.wire``).
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from jiheng.errors import UnreadableFileError
from jiheng.importers import wire
from jiheng.importers.port import Reading

resource: ModuleType | None
try:
    resource = import_module("resource")
except ImportError:  # not on every system
    resource = None

_NOTE = 6000  # characters of a traceback that are worth sending
_GRACE = 5.0  # seconds after which a worker whose parent is gone ends itself


class Guard:
    """What a reader may not do, whatever the file talks it into: reach the network, start programs, write outside its own folder.

    An audit hook, so it binds Python code. It is a second wall behind readers that do none of this; machine code run by a broken C library
    would pass it, and meets the resource limits only.
    """

    _NEVER = frozenset(
        {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
        | {"os.chown", "os.chroot"}
    )
    _PROGRAMS = frozenset(
        {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork", "os.forkpty", "pty.spawn"}
        | {"os.kill", "os.killpg"}  # a converter that hangs is ended by a signal
    )
    _CHANGES: Mapping[str, tuple[tuple[int, int], ...]] = {  # where the paths stand in the event, and the open folders they may be relative to
        "os.remove": ((0, 1),),
        "os.rmdir": ((0, 1),),
        "os.mkdir": ((0, 2),),
        "os.chmod": ((0, 2),),
        "os.utime": ((0, 3),),
        "os.truncate": ((0, 9),),
        "os.setxattr": ((0, 9),),
        "os.removexattr": ((0, 9),),
        "os.symlink": ((1, 2),),
        "os.rename": ((0, 2), (1, 3)),
        "os.link": ((0, 2), (1, 3)),
    }
    _WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def __init__(self, folder: str | None, *, programs: bool) -> None:
        self._folder = None if folder is None else os.path.realpath(folder) + os.sep
        self._forbidden = self._NEVER if programs else self._NEVER | self._PROGRAMS
        self.closed = True

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Called by Python before each event; raises PermissionError for what is not allowed."""
        if event == "open":
            path, _, flags = arguments
            refused = isinstance(flags, int) and flags & self._WRITING != 0 and not self._own(path)
        elif event in self._CHANGES:
            refused = not all(self._own(arguments[path], *arguments[at : at + 1]) for path, at in self._CHANGES[event])
        else:
            refused = event in self._forbidden
        if refused and self.closed:
            raise PermissionError(f"not allowed while a file is read: {event} {arguments!r:.200}")

    def _own(self, path: object, at: object = -1) -> bool:
        if isinstance(path, int) or path in {os.devnull, os.devnull.encode()}:
            return True
        if self._folder is None or not isinstance(path, str | bytes | os.PathLike):
            return False
        parent = str(Path(f"/proc/self/fd/{at}").readlink()) if isinstance(at, int) and at >= 0 else ""
        return (os.path.realpath(os.path.join(parent, os.fsdecode(path))) + os.sep).startswith(self._folder)  # noqa: PTH118 - paths may be bytes


class Desk:
    """Where files are read: knows the readers it has loaded, and opens the guard while it loads one."""

    def __init__(self) -> None:
        self._readers: dict[str, Callable[[bytes], Reading]] = {}
        self.guard: Guard | None = None

    def reader(self, name: str) -> Callable[[bytes], Reading]:
        """The function named ``module:function``."""
        if name not in self._readers:
            module, _, function = name.partition(":")
            if self.guard is not None:
                self.guard.closed = False  # our own code is loading: its bytecode may be written
            try:
                self._readers[name] = cast("Callable[[bytes], Reading]", getattr(import_module(module), function))
            finally:
                if self.guard is not None:
                    self.guard.closed = True
        return self._readers[name]

    def answer(self, reader: str, source: bytes) -> tuple[int, bytes]:
        """Kind and payload for one file; whatever the reader raises becomes an answer."""
        try:
            return wire.READING, wire.encode(self.reader(reader)(source))
        except UnreadableFileError as error:
            return wire.REFUSED, wire.said([error.code, str(error)])
        except (MemoryError, RecursionError) as error:
            return wire.LIMIT, wire.said(type(error).__name__)
        except ModuleNotFoundError as error:
            return wire.MISSING, wire.said(str(error.name))
        except Exception as error:  # noqa: BLE001 - the whole point: no accident of a reader gets further than this
            import traceback  # noqa: PLC0415 - not needed for files that read

            return wire.FAILED, wire.said("".join(traceback.format_exception(error))[-_NOTE:])

    def serve(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        """Answer until the other side closes the pipe."""
        while len(head := incoming.read(wire.HEAD_IN.size)) == wire.HEAD_IN.size:
            named, length, seconds = wire.HEAD_IN.unpack(head)
            reader = incoming.read(named).decode()
            source = incoming.read(length)
            if len(source) < length:
                return
            _alarm(seconds + _GRACE)
            kind, payload = self.answer(reader, source)
            _alarm(0)
            del source
            outgoing.write(wire.HEAD_OUT.pack(kind, _peak(), len(payload)))
            outgoing.write(payload)
            outgoing.flush()


def _limit(memory: int, written: int, open_files: int) -> None:
    """Bound what this process may take; where the system has no such limits, the parent's clock alone is left."""
    if resource is None:
        return
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in wanted.items():
        hard = resource.getrlimit(which)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (bound, bound))
        except (ValueError, OSError):
            continue


def _first_to_go() -> None:
    """When the system runs out of memory, this process is ended and not the parent."""
    try:
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    except OSError:
        return


def _peak() -> int:
    """The memory this process holds, in KiB. Linux counts the parent's at the start into ``ru_maxrss``, so its own page count goes first."""
    with contextlib.suppress(OSError), open("/proc/self/statm", "rb") as pages:  # noqa: PTH123 - Path would cost more
        return int(pages.read().split()[1]) * (os.sysconf("SC_PAGE_SIZE") // 1024)
    return 0 if resource is None else int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // (1024 if sys.platform == "darwin" else 1)


def _alarm(seconds: float) -> None:
    """End this process in so many seconds, even inside C code, should nobody be left to do it; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes under numbers nobody else uses; what libraries print or read by the usual numbers goes nowhere."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb")


def main(settings: Mapping[str, object]) -> None:
    """Serve until the parent closes the pipe. ``settings``: ``reader`` to load beforehand, ``folder``, ``programs`` and limits."""
    folder = None if settings["folder"] is None else str(settings["folder"])
    try:
        incoming, outgoing = _own_pipes()
        desk = Desk()
        if settings["reader"]:
            with contextlib.suppress(Exception):  # comes again with the first file, and is answered then
                desk.reader(str(settings["reader"]))
        gc.set_threshold(50_000, 20, 50)  # a form is a few thousand objects, and gone again
        _first_to_go()
        _limit(*(cast("int", settings[name]) for name in ("memory", "written", "open_files")))
        desk.guard = Guard(folder, programs=bool(settings["programs"]))
        sys.addaudithook(desk.guard)
        outgoing.write(wire.READY)
        outgoing.flush()
        desk.serve(incoming, outgoing)
    finally:
        if folder is not None:  # a parent that was killed cannot clear it away
            import shutil  # noqa: PLC0415 - only after conversions

            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)
