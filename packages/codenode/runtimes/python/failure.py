"""Which failure an uncaught exception is: docs/protocol.md, failure."""
from __future__ import annotations

import errno
import gc
from collections.abc import Callable

from blocked import find_refusal
from hints import TMP_IS_FULL, hint_for_blocked, hint_for_exception, hint_for_syntax
from messages import Failure, shorten
from missing import describe_missing
from program import FILE_NAME, source_lines
from tracebacks import frames_of, hide_own_frames, line_of, links_of, message_of, traceback_text
from values import type_name

# Memory to report with where none is left. Every handler of the user's exceptions clears it before it does anything else:
# CPython unwinds a handler that raises with an int that it allocates, and where that fails it tries again for ever.
reserve: list[bytearray] = []
_RESERVE_BYTES = 4 * 1024 * 1024


def prepare_reserve() -> None:
    reserve[:] = [bytearray(_RESERVE_BYTES)]


def describe(error: BaseException) -> Failure:
    """The failure for an exception that came out of the user's code; never raises. Clear `reserve` first."""
    try:
        hide_own_frames(error)
        failure = _describe(error)
        failure.line = failure.line or line_of(error)
        failure.traceback = traceback_text(error)
        failure.hint = failure.hint or _hint(error)
        return failure
    except BaseException as second:  # no memory is left, or the exception itself raises when it is looked at
        BaseException.with_traceback(error, None)
        gc.collect()
        name = type_name(type(error))
        out_of_memory = issubclass(type(error), MemoryError) or issubclass(type(second), MemoryError)
        return Failure("memory_exceeded" if out_of_memory else "code_threw", name, details={} if out_of_memory else {"exception": name})


def _hint(error: BaseException) -> str | None:
    try:
        return hint_for_exception(error)
    except BaseException:  # an exception that raises when it is looked at: what is known of it is told without a hint
        return None


def describe_uncompiled(error: Exception) -> Failure:
    """The failure for code that the compiler refuses."""
    lines = source_lines()
    if isinstance(error, (RecursionError, MemoryError)):  # both mean that the parser's stack was too small
        error = SyntaxError("the code is nested too deeply", (FILE_NAME, None, None, None))
    elif not isinstance(error, SyntaxError) or error.lineno is None:  # a NUL character or a lone surrogate
        error = SyntaxError(str(error), (FILE_NAME, _line_of_odd_character(lines), None, None))
    if error.text is None and error.lineno and error.lineno <= len(lines):
        error.text = lines[error.lineno - 1]
    BaseException.with_traceback(error, None)
    place = "" if error.lineno is None else f" (line {error.lineno}" + (f", column {error.offset})" if error.offset else ")")
    message = f"{type_name(type(error))}: {error.msg}{place}"
    details: dict[str, object] = {"line": error.lineno, "column": error.offset or None}
    return Failure("syntax_error", message, traceback_text(error), error.lineno, details, hint_for_syntax(error, lines))


def _line_of_odd_character(lines: list[str]) -> int | None:
    odd = (number for number, line in enumerate(lines, 1) if "\0" in line or line.encode("utf-8", "replace") != line.encode("utf-8", "surrogatepass"))
    return next(odd, None)


def exit_status(error: SystemExit) -> int:
    """The status that CPython would end with."""
    if error.code is None:
        return 0
    return int(error.code) & 0xFF if isinstance(error.code, int) else 1


def _describe(error: BaseException) -> Failure:
    for recognize in _RECOGNIZERS:
        try:
            failure = recognize(error)
        except Exception:  # an exception class that overrides what the recognizer reads
            continue
        if failure is not None:
            return failure
    return Failure("code_threw", message_of(error), details={"exception": type_name(type(error))})


def _exit(error: BaseException) -> Failure | None:
    if not isinstance(error, SystemExit):
        return None
    status = exit_status(error)
    said = f": {shorten(error.code, 1000)}" if isinstance(error.code, str) else ""
    return Failure("code_exited", f"The code exited with status {status} before main returned{said or '.'}", details={"exitCode": status})


def _memory(error: BaseException) -> Failure | None:
    # `mmap.mmap` tells by number what other types tell by class.
    if not isinstance(error, MemoryError) and not (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return None
    return Failure("memory_exceeded", f"The code ran out of memory ({message_of(error)}).")


def _missing_module(error: BaseException) -> Failure | None:
    """An import that failed, also where a package turned it into an ImportError that tells what to install."""
    if not isinstance(error, ImportError):
        return None
    for linked in [error, *links_of(error)]:
        if isinstance(linked, ModuleNotFoundError) and isinstance(linked.name, str):
            return describe_missing(linked.name, message_of(error).removesuffix("."))
    return None


def _threads(error: BaseException) -> Failure | None:
    entries = frames_of(error)
    if type(error) is not RuntimeError or error.args != ("can't start new thread",) or not entries:
        return None
    return Failure("threads_exceeded", f"The code started more threads than it may ({message_of(error)}).")


def _open_files(error: BaseException) -> Failure | None:
    if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
        return None
    return Failure("open_files_exceeded", f"The code opened more files than it may ({message_of(error)}).")


def _blocked(error: BaseException) -> Failure | None:
    refusal = find_refusal(error)
    if refusal is None:
        return None
    message = f"The code tried to {refusal.what}, {refusal.because} ({shorten(message_of(error), 500)})."
    hint = hint_for_blocked(refusal.operation, refusal.what)
    return Failure("operation_blocked", message, hint=hint, details={"operation": refusal.operation, "what": refusal.what})


def _full(error: BaseException) -> Failure | None:
    """Nothing but a private /tmp can be full."""
    if not isinstance(error, OSError) or error.errno != errno.ENOSPC:
        return None
    return Failure("code_threw", message_of(error), hint=TMP_IS_FULL, details={"exception": type_name(type(error))})


_RECOGNIZERS: tuple[Callable[[BaseException], Failure | None], ...] = (_exit, _memory, _missing_module, _threads, _open_files, _full, _blocked)
