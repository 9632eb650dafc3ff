"""Where in the returned object a problem is: `outputs.rows[3]["odd key"]`."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from json.encoder import encode_basestring

_MAX_PATH = 1000
_MAX_KEY = 80


@dataclass(frozen=True)
class Problem:
    path: str
    found: str


def join_path(parts: Iterable[str]) -> str:
    path = "outputs" + "".join(parts)
    return path if len(path) <= _MAX_PATH else f"{path[: _MAX_PATH // 2]}…{path[-_MAX_PATH // 2 :]}"


def element(index: object) -> str:
    return f"[{index}]"


def member(name: str) -> str:
    if len(name) > _MAX_KEY:
        return f"[{encode_basestring(name[:_MAX_KEY] + '…')}]"
    return "." + name if name.isidentifier() else f"[{encode_basestring(name)}]"
