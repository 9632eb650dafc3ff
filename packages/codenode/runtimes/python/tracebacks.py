"""Tracebacks as CPython prints them, with the frames of the user's code and of packages, and none of ours."""
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from traceback import TracebackException
from types import TracebackType

from program import FILE_NAME
from values import type_name

MAX_LINKED = 100
_MAX_FRAMES = 1000

_OWN_FOLDER = os.path.dirname(__file__) + os.sep
# `File "/where/the/packages/are/pandas/core/frame.py"` becomes `File "pandas/core/frame.py"`.
_folders: list[str] = []


def remember_folders() -> None:
    """Takes the folders of packages from sys.path, before any program can change it."""
    folders = {path.rstrip(os.sep) + os.sep for path in [*sys.path, os.path.dirname(os.__file__)] if os.path.isabs(path)}
    _folders[:] = sorted(folders - {os.sep}, key=len, reverse=True)


def hide_own_frames(error: BaseException) -> None:
    """Takes our frames out of the tracebacks of the exception and of all that are linked to it."""
    for linked in linked_exceptions(error):
        BaseException.with_traceback(linked, _visible(frames_of(linked)))


def traceback_text(error: BaseException) -> str:
    """Expects that our frames are already hidden."""
    try:
        text = "".join(TracebackException(type(error), error, _traceback(error)).format())
    except Exception:  # an exception class that overrides what the traceback module reads
        text = f"{type_name(type(error))}\n"
    return _without_folders(text)


def message_of(error: BaseException) -> str:
    """The exception without its traceback: `ValueError: no rows`."""
    try:
        lines = list(TracebackException(type(error), error, None).format_exception_only())
        # The place and the line of a text that is no Python come first.
        headline = [line for line in lines if not line.startswith("  ")] if issubclass(type(error), SyntaxError) else lines
        text = "".join(headline or lines)
    except Exception:
        text = type_name(type(error))
    return _without_folders(text).strip("\n")


def is_package_path(path: str) -> bool:
    return any(path.startswith(folder) for folder in _folders)


def line_of(error: BaseException) -> int | None:
    """The user's line nearest to the failure."""
    lines = [entry.tb_lineno for entry in frames_of(error) if is_users(entry)]
    return lines[-1] if lines else None


def frames_of(error: BaseException) -> list[TracebackType]:
    entries: list[TracebackType] = []
    entry = _traceback(error)
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    return entries


def is_users(entry: TracebackType) -> bool:
    return entry.tb_frame.f_code.co_filename == FILE_NAME


def linked_exceptions(error: BaseException) -> Iterator[BaseException]:
    """The exception, then its causes, contexts and members, each once and at most `MAX_LINKED`."""
    queue, seen = [error], {id(error)}
    for linked in queue:
        yield linked
        for other in links_of(linked):
            if id(other) in seen:
                continue
            if len(seen) == MAX_LINKED:
                # A chain without end would be printed whole.
                BaseException.__cause__.__set__(linked, None)  # type: ignore[attr-defined]  a slot; typeshed has only its value
                BaseException.__context__.__set__(linked, None)  # type: ignore[attr-defined]  a slot; typeshed has only its value
                break
            seen.add(id(other))
            queue.append(other)


def links_of(error: BaseException) -> list[BaseException]:
    # Through the base class: a program's own class may define these names to do anything.
    links = [BaseException.__cause__.__get__(error), BaseException.__context__.__get__(error)]  # type: ignore[attr-defined]  a slot; typeshed has only its value
    if sys.version_info >= (3, 11) and issubclass(type(error), BaseExceptionGroup):
        links += BaseExceptionGroup.exceptions.__get__(error)  # type: ignore[attr-defined]  a slot; typeshed has only its value
    return [link for link in links if link is not None]


def _traceback(error: BaseException) -> TracebackType | None:
    return BaseException.__traceback__.__get__(error)  # type: ignore[attr-defined]  a slot; typeshed has only its value


def _visible(entries: list[TracebackType]) -> TracebackType | None:
    if entries and _is_ours(entries[0]):
        # What lies between us and the user's first frame is there because of us.
        first = next((index for index, entry in enumerate(entries) if is_users(entry)), None)
        entries = [entry for entry in entries if not _is_tool(entry)] if first is None else entries[first:]
    entries = [entry for entry in entries if not _is_ours(entry)]
    if len(entries) > _MAX_FRAMES:
        mark = _mark(f"({len(entries) - _MAX_FRAMES} frames left out)")
        entries = [*entries[: _MAX_FRAMES // 2], mark, *entries[-_MAX_FRAMES // 2 :]]
    chain: TracebackType | None = None
    for entry in reversed(entries):
        chain = TracebackType(chain, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return chain


def _mark(text: str) -> TracebackType:
    """An entry that shows this text in place of a file name."""
    try:
        exec(compile("raise ValueError", text, "exec"), {})
    except ValueError as error:
        return frames_of(error)[-1]
    raise AssertionError


def _is_ours(entry: TracebackType) -> bool:
    return entry.tb_frame.f_code.co_filename.startswith(_OWN_FOLDER)


def _is_tool(entry: TracebackType) -> bool:
    """Whether it is in one of the modules that we call the user's code and convert its result with."""
    return str(entry.tb_frame.f_globals.get("__name__")).partition(".")[0] in ("asyncio", "json")


def _without_folders(text: str) -> str:
    for folder in _folders:
        text = text.replace(f'File "{folder}', 'File "').replace(f"({folder}", "(")
    return text
