"""Keeps our frames out of the stacks that a program looks at; tracebacks.py does the same for exceptions."""
from __future__ import annotations

import faulthandler
import functools
import inspect
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from types import CodeType, FrameType

from program import FILE_NAME

_OWN_FOLDER = os.path.dirname(__file__) + os.sep
# As many as faulthandler itself prints.
_MAX_DUMPED = 100
# What the zygote was started with: the oldest frame of all.
_base: list[CodeType] = []


def hide_from_stacks() -> None:
    """In the zygote, before any fork."""
    _base[:] = [_walk(sys._getframe())[-1].f_code]
    inspect.getouterframes = _hiding(inspect.getouterframes)
    traceback.walk_stack = walk_stack
    faulthandler.dump_traceback = dump_traceback
    warnings.WarningMessage = WarningMessage  # type: ignore[misc]  a class of the same making


def visible(frames: list[FrameType]) -> list[FrameType]:
    """Newest first. What is older than the program's first frame is there because of us."""
    if frames and _is_ours(frames[-1]):
        users = [index for index, frame in enumerate(frames) if frame.f_code.co_filename == FILE_NAME]
        frames = frames[: users[-1] + 1] if users else frames
    return [frame for frame in frames if not _is_ours(frame)]


def walk_stack(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
    """Walk a stack yielding the frame and line number for each frame."""
    frames = visible(_walk(sys._getframe(1) if f is None else f))
    return ((frame, frame.f_lineno) for frame in frames)


def dump_traceback(file=None, all_threads: bool = True) -> None:
    """Dump the traceback of the current thread, or of all threads if all_threads is True, into file."""
    file = sys.stderr if file is None else file
    descriptor = file if isinstance(file, int) else file.fileno()
    if not isinstance(file, int):
        file.flush()
    current = threading.get_ident()
    stacks = {**sys._current_frames(), current: sys._getframe(1)}
    if not all_threads:
        text = _dump("Stack", stacks[current])
    else:
        others = [_dump(f"Thread 0x{ident:016x}", frame) for ident, frame in stacks.items() if ident != current]
        text = "\n".join([*others, _dump(f"Current thread 0x{current:016x}", stacks[current])])
    os.write(descriptor, text.encode("ascii", "backslashreplace"))


class WarningMessage(warnings.WarningMessage):
    """A warning that arises when none of the program's frames is left has the place that CPython gives it then: `sys:1`."""

    def __init__(self, message, category, filename, lineno, *more, **named) -> None:
        if filename.startswith(_OWN_FOLDER):
            filename, lineno = "sys", 1
        super().__init__(message, category, filename, lineno, *more, **named)


WarningMessage.__module__, WarningMessage.__qualname__ = "warnings", "WarningMessage"
walk_stack.__module__, dump_traceback.__module__ = "traceback", "faulthandler"


def _hiding(getouterframes):
    @functools.wraps(getouterframes)
    def wrapper(frame: FrameType, context: int = 1) -> list[inspect.FrameInfo]:
        shown = {id(it) for it in visible(_walk(frame))}
        return [it for it in getouterframes(frame, context) if id(it.frame) in shown]

    return wrapper


def _dump(title: str, frame: FrameType) -> str:
    frames = visible(_walk(frame))
    lines = [f'  File "{it.f_code.co_filename}", line {it.f_lineno} in {it.f_code.co_name}' for it in frames[:_MAX_DUMPED]]
    return "\n".join([f"{title} (most recent call first):", *lines, *["  ..."] * (len(frames) > _MAX_DUMPED)]) + "\n"


def _walk(frame: FrameType | None) -> list[FrameType]:
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code in _base or frame.f_code.co_filename.startswith(_OWN_FOLDER)
