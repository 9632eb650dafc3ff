"""JSON text of single values and of keys."""
from __future__ import annotations

from json.encoder import encode_basestring

from messages import shorten
from values import MAX_INTEGER_DIGITS, Digits, Refused, plain, type_name

_MAX_CONVERSIONS = 50
_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
# Texts of numbers that JSON has no form for; no text of a string is like them, since those have quotes.
NOT_FINITE = frozenset(_NAMES.values())


def is_json(value: object) -> bool:
    """Whether the value can be written as it is: a scalar or a container."""
    return value is None or issubclass(type(value), (str, int, float, dict, list, tuple, Digits))


def scalar_text(value: object) -> str | None:
    """JSON text of a scalar, or one of `NOT_FINITE`; None for a container. Like the C encoder it ignores what a subclass
    redefines."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if issubclass(kind, str):
        return encode_basestring(value)
    if issubclass(kind, int):
        try:
            return int.__repr__(value)  # type: ignore[arg-type]  `issubclass` says so
        except ValueError:
            raise Refused(f"an integer of more than {MAX_INTEGER_DIGITS} digits") from None
    if issubclass(kind, float):
        text = float.__repr__(value)  # type: ignore[arg-type]  `issubclass` says so
        return _NAMES.get(text, text)
    return value.text if kind is Digits else None


def key_text(key: object) -> str:
    """The name that a key becomes: its JSON text if it is no string."""
    for _ in range(_MAX_CONVERSIONS):
        if issubclass(type(key), str):
            return str.__str__(key)
        if is_json(key):
            break
        key = plain(key)
    text = scalar_text(key)
    if text is None or text in NOT_FINITE:
        raise Refused(text or _describe_key(key))
    return text


_ADVICE = 'make it text, e.g. {"/".join(map(str, key)): value for key, value in d.items()}; of a grouped table: df.reset_index()'


def _describe_key(key: object) -> str:
    if not issubclass(type(key), tuple):
        return f"object of type {type_name(type(key))}"
    # Only of plain values, whose repr is theirs.
    is_plain = all(item is None or type(item) in (str, int, float, bool) for item in key)  # type: ignore[attr-defined]  a tuple
    shown = f": {shorten(tuple.__repr__(key), 80)}" if is_plain else ""  # type: ignore[arg-type]  a tuple
    return f"object of type tuple{shown} ({_ADVICE})"


def unreadable(value: object, error: Exception) -> str:
    """What was found when an exception other than `Refused` came out of the value's own methods."""
    if isinstance(error, Refused):
        return error.found
    text = Exception.__str__(error)[:200] if type(error).__str__ is Exception.__str__ else ""
    return f"object of type {type_name(type(value))} that could not be read ({type_name(type(error))}{': ' if text else ''}{text})"
