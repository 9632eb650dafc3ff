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

    last: _Text | None = None

    def __init__(self, channel: Channel, kind: int) -> None:
        super().__init__(_Frames(channel, kind), encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True)
        self.mode = "w"
        self._bytes = _Frames(channel, kind, self)

    def write(self, text: str) -> int:
        if _Text.last is not self:
            last, _Text.last = _Text.last, self
            if last is not None:
                flush(last)
        return _write_text(self, text)

    @property
    def buffer(self) -> _Frames:
        return self._bytes


_write_text = io.TextIOWrapper.write


def open_console(channel: Channel) -> None:
    """Replaces the three standard streams; stdin is empty."""
    _Text.last = None
    sys.stdout = sys.__stdout__ = _Text(channel, STDOUT)
    sys.stderr = sys.__stderr__ = _Text(channel, STDERR)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


def flush_console() -> None:
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        flush(stream)
    for native in _native_flush:
        native(None)


def flush(stream: object) -> None:
    # A stream that the program closed or replaced by something that cannot flush has nothing of ours left in it.
    try:
        stream.flush()  # type: ignore[attr-defined]
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
