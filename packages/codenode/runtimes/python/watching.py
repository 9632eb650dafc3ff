"""Notes what the sandbox blocks, also where the code catches the exception: by CPython's own audit events."""
from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType

from blocked_places import PLACES, Place
from messages import shorten
from notices import note
from program import FILE_NAME

_WRITES = os.O_ACCMODE | os.O_CREAT
_MAX_FRAMES = 200
_WITHOUT_A_FILE = ("", ":memory:", b"", b":memory:")
_is_on = False
_has_tmp = False
# The last file that was opened, or would have been: its path and flags.
_last_opened: tuple[object, int] = (None, 0)
# As Python's own files, those of packages are there to be read.
_LIBRARIES = tuple({path.rstrip(os.sep) + os.sep for path in [*sys.path, sys.prefix, sys.base_prefix] if os.path.isabs(path) and path != os.sep})
# Modules that open a file for who calls them.
_OPENERS = ("pathlib", "io", "codecs", "os", "shutil", "genericpath", "glob")


def watch() -> None:
    """In the zygote: hears from now on, and forever, but notes nothing yet."""
    sys.addaudithook(_hear)


def begin() -> None:
    """In the child, before the program: all that comes now is the program's act."""
    global _is_on
    _is_on = True


def allow_tmp() -> None:
    """In a child that has a private /tmp."""
    global _has_tmp
    _has_tmp = True


def has_tmp() -> bool:
    return _has_tmp


def opened_for_writing(path: object) -> bool | None:
    """How a file was opened, if it was the last one; None if it was not."""
    last, flags = _last_opened
    return bool(flags & _WRITES) if last is not None and type(last) is type(path) and last == path else None


def _hear(event: str, arguments: tuple) -> None:
    tell = _EVENTS.get(event)
    if tell is None or not _is_on:
        return
    try:
        tell(arguments)
    except Exception:  # an argument of the program's own class, or no memory is left: the program goes on as it would
        pass


def _blocked(operation: str, what: str) -> None:
    place = _find_place(operation)
    told = what if place is None else place[0].tell(place[1])
    for verb in ("connect to ", "look up "):
        told = told.removeprefix(verb)
    note("operation_blocked", f"{operation} was blocked: {told}", {"operation": operation})


def _find_place(operation: str) -> tuple[Place, FrameType] | None:
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and len(frames) < _MAX_FRAMES:
        frames.append(frame)
        frame = frame.f_back
    return next(((place, frame) for place in PLACES if place.operation == operation for frame in frames if place.is_at(frame)), None)


def _look_up(arguments: tuple) -> None:
    host = _text(arguments[0])
    # An address is not looked up, and no host means this one.
    if host and ":" not in host and not host.replace(".", "").isdigit():
        port = arguments[1] if len(arguments) > 1 else None
        _blocked("network", host if port is None else f"{host}:{_text(port)}")


def _make_socket(arguments: tuple) -> None:
    if arguments[1] == -1:  # made from a descriptor
        return
    # The sockets of a pair have their descriptors already: one or two initializers below `socketpair`.
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_name == "__init__":
        frame = frame.f_back
    if frame is None or frame.f_code.co_name != "socketpair":
        _blocked("network", "open a socket")


def _open(arguments: tuple) -> None:
    global _last_opened
    path, _, flags = arguments
    if type(flags) is not int or type(path) not in (str, bytes):
        return
    _last_opened = path, flags
    if is_private(path):
        return
    if flags & _WRITES:
        _blocked("file", f"open {_text(path)} for writing")
    elif _is_asked_by_program() and not _is_of_library(path):
        _blocked("file", f"open {_text(path)} for reading")


def _change(phrase: str) -> Callable[[tuple], None]:
    def tell(arguments: tuple) -> None:
        if not is_private(arguments[0]):
            _blocked("file", phrase.format(*(_text(argument) for argument in arguments)))

    return tell


def _read(phrase: str) -> Callable[[tuple], None]:
    def tell(arguments: tuple) -> None:
        path = "." if arguments[0] is None else arguments[0]
        if type(path) is not int and not is_private(path) and not _is_of_library(path) and _is_asked_by_program():
            _blocked("file", phrase.format(_text(path)))

    return tell


def _signal(arguments: tuple) -> None:
    pid, number = arguments
    if number and type(pid) is int and pid not in (0, os.getpid()):
        _blocked("process", f"signal the process {pid}")


def _is_asked_by_program() -> bool:
    """Libraries look for files that may be there and do without them; a program that does so is told."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _OPENERS:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename == FILE_NAME


def _is_of_library(path: object) -> bool:
    return (os.path.abspath(_text(path)) + os.sep).startswith(_LIBRARIES)


def _connect_database(arguments: tuple) -> None:
    path = arguments[0]
    if path not in _WITHOUT_A_FILE and not _text(path).startswith("file:") and not is_private(path):
        _blocked("file", f"open the database {_text(path)}")


def _start(place: int) -> Callable[[tuple], None]:
    return lambda arguments: _blocked("process", f'start the program "{_text(arguments[place])}"')


def is_private(path: object) -> bool:
    """Inside the private /tmp, where a run has one."""
    return _has_tmp and (os.path.abspath(_text(path)) + "/").startswith("/tmp/")


def _text(value: object) -> str:
    """Only what is exactly a built-in type: an object of the program could answer anything."""
    if type(value) is bytes:
        value = value.decode("utf-8", "replace")
    if type(value).__module__ == "pathlib":
        value = str(value)
    if type(value) in (list, tuple):
        return " ".join(_text(item) for item in value[:8])  # type: ignore[index]  a list or a tuple
    return shorten(str(value), 200) if type(value) in (str, int) else "…"


_EVENTS: dict[str, Callable[[tuple], None]] = {
    "socket.getaddrinfo": _look_up, "socket.gethostbyname": _look_up, "socket.__new__": _make_socket,
    "open": _open, "sqlite3.connect": _connect_database, "os.mkdir": _change("create the folder {0}"),
    "os.rename": _change("rename {0} to {1}"), "os.link": _change("create the link {1}"), "os.symlink": _change("create the link {1}"),
    "os.truncate": _change("change {0}"), "os.chmod": _change("change {0}"), "os.chown": _change("change {0}"), "os.utime": _change("change {0}"),
    "os.remove": _change("delete {0}"), "os.rmdir": _change("delete {0}"),
    "os.listdir": _read("list {0}"), "os.scandir": _read("list {0}"), "os.kill": _signal, "os.system": _start(0), "subprocess.Popen": _start(1), "os.posix_spawn": _start(0),
    "os.exec": _start(0), "os.fork": lambda _: _blocked("process", "start another process"),
    "os.forkpty": lambda _: _blocked("process", "start another process"),
}  # fmt: skip
