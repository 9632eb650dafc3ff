"""sys.stdout and sys.stderr as text streams that write frames, in the order in which the program writes."""
from __future__ import annotations

import io
import sys

from channel import STDERR, STDOUT, Channel

_PIECE_BYTES = 64 * 1024


class _Frames(io.BufferedIOBase):
    """Bytes that become frames at once. `text` is the stream whose pending text goes first, if there is one."""

    def __init__(self, channel: Channel, kind: int, text: _Text | None = None) -> None:
        self._channel = channel
        self._kind = kind
        self._text = text
        self.name = "<stdout>" if kind == STDOUT else "<stderr>"
        self.mode = "wb"

    def write(self, data: bytes) -> int:
        if self._text is not None:
            self._text.write("")
            self._text.flush()
            data = bytes(memoryview(data))
        size = len(data)
        if 0 < size <= _PIECE_BYTES:
            self._channel.send(self._kind, data)
        elif size:
            self._write_pieces(data)
        return size

    def _write_pieces(self, data: bytes) -> None:
        start, size = 0, len(data)
        while start < size:
            end = min(start + _PIECE_BYTES, size)
            # Not within a UTF-8 character, of which at most three bytes are continuations.
            for _ in range(3):
                if end < size and data[end] & 0xC0 == 0x80:
                    end -= 1
            self._channel.send(self._kind, data[start:end])
            start = end

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1 if self._kind == STDOUT else 2

    @property
    def raw(self) -> _Frames:
        return self


class _Text(io.TextIOWrapper):
    """A real TextIOWrapper, so that reconfigure() and the rest work. A line is sent when it ends; what does not end
    in a line is sent before the other stream writes."""

    def __init__(self, channel: Channel, kind: int) -> None:
        super().__init__(_Frames(channel, kind), encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True)
        self.mode = "w"
        self._bytes = _Frames(channel, kind, self)

    def write(self, text: str) -> int:
        if _latest[0] is not self:
            latest, _latest[0] = _latest[0], self
            if latest is not None:
                flush(latest)
        return _write_text(self, text)

    @property
    def buffer(self) -> _Frames:
        return self._bytes


_write_text = io.TextIOWrapper.write
# The stream that was written to last; not an attribute of the class, since setting one makes the interpreter forget what
# it knows of the class.
_latest: list[_Text | None] = [None]
# What a console replaces is kept: the end of an object costs as much as its making.
_replaced: list[object] = []


class Console:
    """The three standard streams of a run; stdin is empty. Made before the fork, since it takes a while."""

    def __init__(self, channel: Channel) -> None:
        out, err = _Text(channel, STDOUT), _Text(channel, STDERR)
        self._streams = out, err, io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        _replaced[:] = sys.stdout, sys.stderr, sys.stdin, sys.__stdout__, sys.__stderr__, sys.__stdin__

    def open(self) -> None:
        """Puts them where the program looks for them."""
        _latest[0] = None
        sys.stdout, sys.stderr, sys.stdin = sys.__stdout__, sys.__stderr__, sys.__stdin__ = self._streams


def flush_console() -> None:
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        flush(stream)
    for native in _native_flush:
        native(None)


def flush(stream: object) -> None:
    # A stream that the program closed or replaced by something that cannot flush has nothing of ours left in it.
    try:
        stream.flush()  # type: ignore[attr-defined]  or it fails, as said above
    except Exception:
        pass


def _find_native_flush() -> list:
    """The C library's fflush, for text that native code has printed but not flushed."""
    try:
        import ctypes

        return [ctypes.CDLL(None).fflush]
    except (ImportError, OSError, AttributeError):
        return []


_native_flush = _find_native_flush()
