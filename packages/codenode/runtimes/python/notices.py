"""What a run notices and what does not end it: docs/protocol.md, warnings."""
from __future__ import annotations

from messages import shorten, to_utf8

_MOST = 10
_MAX_MESSAGE = 1900
_noted: dict[tuple[str, str], dict[str, object]] = {}
# By code: how many came when there were already enough.
_left_out: dict[str, int] = {}


def note(code: str, message: str, details: dict[str, object]) -> None:
    """Remembers a warning, each once; of more than ten different ones only how many there were."""
    message = shorten(message, _MAX_MESSAGE)
    if (code, message) in _noted:
        return
    if len(_noted) < _MOST:
        _noted[code, message] = {"code": code, "message": message, "details": details}
    else:
        _left_out[code] = _left_out.get(code, 0) + 1


def take() -> bytes | None:
    """The `warnings` frame, None where there is nothing to say; what was noted is forgotten."""
    if not _noted:
        return None
    entries = list(_noted.values())
    entries += [{"code": code, "message": f"{count} more like this.", "details": {"count": count}} for code, count in _left_out.items()]
    _noted.clear()
    _left_out.clear()
    return to_utf8(entries)
