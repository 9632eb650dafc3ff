"""Recognises an exception that is the sandbox's refusal, and tells what was tried."""
from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from opcode import opmap
from types import TracebackType

from blocked_places import CALLS, PLACES
from calls import call_at, constant_argument, name_of_call, text_of_call
from messages import shorten
from tracebacks import frames_of, is_package_path, is_users, links_of
from watching import is_private, opened_for_writing

_REFUSED = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EROFS}
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ECONNREFUSED, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}
_BECAUSE = {
    "network": "but the sandbox has no network access",
    "file": "but the sandbox blocks access to files",
    "process": "but the sandbox blocks starting and signalling processes",
    "other": "but the sandbox blocks that",
}
_RAISE = opmap["RAISE_VARARGS"]


@dataclass(frozen=True)
class Refusal:
    operation: str
    what: str

    @property
    def because(self) -> str:
        return _BECAUSE[self.operation]


def find_refusal(error: BaseException) -> Refusal | None:
    """The refusal that this exception is, or that a library turned into this exception."""
    queue, seen, entries = [error], {id(error)}, []
    for candidate in queue:
        own = frames_of(candidate)
        entries = own + entries
        if _was_raised_by_user(own):
            continue
        for operation, matches in _SIGNS:
            if matches(candidate, own):
                return _tell(operation, candidate, entries)
        # Only a library's exception stands for its cause: the user's own code may fail while it handles a refusal.
        if own and is_users(own[-1]):
            continue
        for link in [*links_of(candidate), *_members(candidate)]:
            if id(link) not in seen and len(seen) < 50:
                seen.add(id(link))
                queue.append(link)
    return None


def _tell(operation: str, error: BaseException, entries: list[TracebackType]) -> Refusal:
    for place in PLACES:
        for entry in entries:
            if place.is_at(entry.tb_frame):
                return Refusal(place.operation, place.tell(entry.tb_frame))
    users = [entry for entry in entries if is_users(entry)]
    call = call_at(users[-1].tb_lineno) if users else None
    path = getattr(error, "filename", None)
    if isinstance(path, (str, bytes)):
        verb = _verb(call, entries)
        purpose = _purpose(error, call, entries) if verb == "open" else ""
        return Refusal("file", f"{verb} {shorten(os.fsdecode(path), 300)}{purpose}")
    known = CALLS.get(name_of_call(call))
    if call is None:
        return Refusal(operation, "do this")
    return Refusal(known.operation if known else operation, f"call {shorten(text_of_call(call), 200)}")


def _verb(call, entries: list[TracebackType]) -> str:
    names = [name_of_call(call), *(entry.tb_frame.f_code.co_name for entry in reversed(entries))]
    return next((CALLS[name].verb for name in names if name in CALLS and CALLS[name].verb), "open")


def _purpose(error: BaseException, call, entries: list[TracebackType]) -> str:
    writes = getattr(error, "errno", None) == errno.EROFS or opened_for_writing(getattr(error, "filename", None))
    if writes is not None:
        return " for writing" if writes else " for reading"
    modes = [entry.tb_frame.f_locals.get("mode") for entry in entries if not is_users(entry)]
    mode = next((mode for mode in reversed(modes) if type(mode) is str), None)
    if mode is None and name_of_call(call) == "open":
        mode = constant_argument(call, 1, "mode", "r")
    if mode is None:
        return ""
    return " for writing" if set(mode) & set("wax+") else " for reading"


def _was_raised_by_user(entries: list[TracebackType]) -> bool:
    """Whether a `raise` statement of the user's code made this exception, and not the system."""
    if not entries or not is_users(entries[-1]):
        return False
    last = entries[-1]
    return last.tb_lasti >= 0 and last.tb_frame.f_code.co_code[last.tb_lasti] == _RAISE


def _members(error: BaseException) -> list[BaseException]:
    """Exceptions that libraries keep in their own attributes: urllib's and urllib3's `reason`, aiohttp's `os_error`, `args`."""
    members = [*error.args, getattr(error, "reason", None), getattr(error, "os_error", None)]
    return [member for member in members if issubclass(type(member), BaseException)]


def _is_denied(error: BaseException, entries: list[TracebackType]) -> bool:
    return isinstance(error, OSError) and error.errno in _REFUSED


def _is_unreachable(error: BaseException, entries: list[TracebackType]) -> bool:
    if not isinstance(error, OSError):
        return False
    return error.errno in _UNREACHABLE or type(error).__name__ in ("gaierror", "herror")


def _is_absent(error: BaseException, entries: list[TracebackType]) -> bool:
    """A path of the host, which is not there (one of the run's own /tmp may just be missing); or no folder for temporary files, no shared memory for locks."""
    if not isinstance(error, FileNotFoundError):
        return False
    path = error.filename
    if isinstance(path, (str, bytes)):
        return os.path.isabs(os.fsdecode(path)) and not is_package_path(os.fsdecode(path)) and not is_private(path)
    return any(place.is_at(entry.tb_frame) for place in PLACES for entry in entries)


def _is_database(error: BaseException, entries: list[TracebackType]) -> bool:
    # SQLite tells no errno, and its own error code only from Python 3.11 on.
    return type(error).__name__ == "OperationalError" and error.args == ("unable to open database file",)


_SIGNS: tuple[tuple[str, Callable[[BaseException, list[TracebackType]], bool]], ...] = (
    ("network", _is_unreachable), ("other", _is_denied), ("file", _is_absent), ("file", _is_database),
)  # fmt: skip
