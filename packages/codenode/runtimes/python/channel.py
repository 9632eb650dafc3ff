"""Frames over the socket between a run and its host: docs/protocol.md §2."""
from __future__ import annotations

import os
import struct
from collections import deque
from threading import RLock

HELLO, STDOUT, STDERR, RESULT, FAILURE, EXIT, WARNINGS, RUN = 1, 2, 3, 4, 5, 6, 7, 16
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024

_HEADER = struct.Struct("<IB")
_READ_BYTES = 1024 * 1024
_JOIN_BYTES = 64 * 1024
# Captured, so that a program which replaces os.write cannot lose its own report.
_read, _write = os.read, os.write


def frame_bytes(kind: int, payload: bytes) -> bytes:
    return _HEADER.pack(len(payload), kind) + payload


class ChannelClosed(Exception):
    """The host has closed the connection."""


class Channel:
    """One connection, blocking. `send` may be called from any thread; `receive` from one."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._lock = RLock()
        self._is_sending = False
        self._waiting: deque[tuple[int, bytes]] = deque()

    def send(self, kind: int, payload: bytes) -> None:
        with self._lock:
            # A finalizer or signal handler that prints while this thread is in the middle of a frame gets here again:
            # its frame must come after, not inside.
            if self._is_sending:
                self._waiting.append((kind, payload))
                return
            self._is_sending = True
            try:
                self._send_frame(kind, payload)
                while self._waiting:
                    self._send_frame(*self._waiting.popleft())
            finally:
                self._is_sending = False

    def receive(self) -> tuple[int, bytes]:
        length, kind = _HEADER.unpack(self._read_exactly(_HEADER.size))
        if length > MAX_PAYLOAD_BYTES:
            raise ChannelClosed(f"a frame of {length} bytes")
        return kind, self._read_exactly(length)

    def wait_for_end(self) -> None:
        """Blocks until the host closes the connection; as a rule it ends this process first."""
        try:
            while _read(self.fd, _READ_BYTES):
                pass
        except OSError:
            pass  # the program closed or replaced the descriptor: there is nothing left to wait for

    def _send_frame(self, kind: int, payload: bytes) -> None:
        if len(payload) <= _JOIN_BYTES:
            self._write_all(frame_bytes(kind, payload))
        else:
            self._write_all(_HEADER.pack(min(len(payload), 0xFFFFFFFF), kind))
            self._write_all(payload)

    def _write_all(self, data: bytes) -> None:
        # os.write repeats after EINTR by itself (PEP 475).
        try:
            sent = _write(self.fd, data)
            while sent < len(data):
                sent += _write(self.fd, memoryview(data)[sent:])
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChannelClosed("the host is gone") from error

    def _read_exactly(self, length: int) -> bytes:
        pieces: list[bytes] = []
        while length:
            try:
                piece = _read(self.fd, min(length, _READ_BYTES))
            except ConnectionResetError as error:
                raise ChannelClosed("the host is gone") from error
            if not piece:
                raise ChannelClosed("the host closed the channel")
            pieces.append(piece)
            length -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
