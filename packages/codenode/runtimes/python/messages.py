"""What travels on the run channel: docs/protocol.md §2."""
from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field

MAX_MESSAGE_BYTES = 16 * 1024
MAX_TRACEBACK_BYTES = 64 * 1024

_LENGTH = struct.Struct("<I")
# What the host sends is JSON without white space around it. json.loads looks for that first, with regular expressions.
_scan = json.JSONDecoder().scan_once
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Program:
    """The `run` frame: one program and what it is called with."""

    mode: str
    code: str
    inputs_json: str
    limits: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, payload: bytes) -> Program:
        (head_bytes,) = _LENGTH.unpack_from(payload)
        code_at = _LENGTH.size + head_bytes
        head = read_json(payload[_LENGTH.size:code_at].decode())
        inputs_at = code_at + head["codeBytes"]
        # surrogatepass: a lone surrogate must be named by the compiler, not break the frame.
        code = payload[code_at:inputs_at].decode("utf-8", "surrogatepass")
        return cls(head["mode"], code, payload[inputs_at:].decode("utf-8", "surrogatepass"), head.get("limits", {}))


@dataclass
class Failure:
    """The `failure` frame: why there is no result."""

    code: str
    message: str
    traceback: str | None = None
    line: int | None = None
    details: dict[str, object] = field(default_factory=dict)
    hint: str | None = None

    def to_json(self) -> bytes:
        return to_utf8(self.fields())

    def fields(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": cut(self.message, MAX_MESSAGE_BYTES),
            "traceback": None if self.traceback is None else cut(self.traceback, MAX_TRACEBACK_BYTES),
            "line": self.line,
            "hint": self.hint,
            "details": self.details,
        }


class RunFailed(Exception):
    """Raised by a step of the harness to end the run with this failure; user code never sees it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def read_json(text: str) -> dict:
    """Of the host's making, so it is known to be an object. Raises ValueError where an integer has too many digits."""
    return _scan(text, 0)[0]


def to_utf8(message: object) -> bytes:
    # For a lone surrogate, backslashreplace writes \ud800: exactly JSON's escape.
    return _encode(message).encode("utf-8", "backslashreplace")


def cut(text: str, max_bytes: int) -> str:
    """Text of at most `max_bytes` in UTF-8, with a mark where its middle was taken out."""
    if len(text) <= max_bytes // 4:
        return text
    head = text[:max_bytes].encode("utf-8", "backslashreplace")
    if len(text) <= max_bytes and len(head) <= max_bytes:
        return text
    tail = text[-max_bytes:].encode("utf-8", "backslashreplace")
    half = (max_bytes - 64) // 2
    start, end = head[:half].decode("utf-8", "ignore"), tail[-half:].decode("utf-8", "ignore")
    return f"{start}\n… {len(text) - len(start) - len(end)} characters cut …\n{end}"


def shorten(text: str, max_characters: int) -> str:
    """One line of at most `max_characters`, for names and values inside a sentence."""
    line = " ".join(text[: 4 * max_characters].split())
    return line if len(line) <= max_characters else line[: max_characters - 1] + "…"
