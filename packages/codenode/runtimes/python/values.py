"""One step from a Python value towards JSON: what each type becomes, and which types are refused with what advice.

Types are recognised by the names of their classes, so that nothing has to be imported to know them.
"""
from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass

from pictures import axes_url, figure_url, image_url

_EXACT_DIGITS = 18
MAX_INTEGER_DIGITS = 4300  # CPython's own bound for turning integers into text


class Refused(TypeError):
    """This value cannot become JSON; `found` says what it is."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class Digits:
    """A number whose digits a float would lose: written as they are."""

    def __init__(self, text: str) -> None:
        self.text = text


def plain(value: object) -> object:
    """A simpler form of the value: str, number, None, dict, list, or something that has a simpler form in turn."""
    kind = type(value)
    convert = _known.get(kind)
    if convert is None:
        convert = _known[kind] = _find(kind)
    return convert(value)


def type_name(kind: type) -> str:
    # Not kind.__name__: a metaclass can redefine that.
    return str(type.__dict__["__name__"].__get__(kind))[:100]


def _find(kind: type) -> Callable[[object], object]:
    if is_dataclass(kind):
        return _dataclass
    if hasattr(kind, "__attrs_attrs__"):
        return _attrs
    for base in kind.__mro__:
        convert = _CONVERSIONS.get(f"{str(base.__module__).partition('.')[0]}.{type_name(base)}")
        if convert is not None:
            return convert
    return dict if issubclass(kind, Mapping) else _refuse()


def _refuse(advice: str = "") -> Callable[[object], object]:
    def convert(value: object) -> object:
        raise Refused(f"object of type {type_name(type(value))}" + (f" ({advice})" if advice else ""))

    return convert


def _dataclass(value) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _attrs(value) -> dict[str, object]:
    return {attribute.name: getattr(value, attribute.name) for attribute in type(value).__attrs_attrs__}


def _isoformat(value) -> str:
    return value.isoformat()


def _decimal(value) -> object:
    if not value.is_finite():
        return float("nan") if value.is_nan() else float(value)
    if value.adjusted() >= MAX_INTEGER_DIGITS:
        raise Refused(f"a Decimal of more than {MAX_INTEGER_DIGITS} digits")
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if type(value)(repr(number)) == value else Digits(_long_text(value))


def _long_text(value) -> str:
    """The text of a Decimal that no float is equal to. The host reads more digits than a float can have as exact, so there
    are as many; zeros at the end change no value."""
    mantissa, exponent, power = str(value).partition("E")
    missing = _EXACT_DIGITS - len(value.as_tuple().digits)
    if missing > 0:
        mantissa += ("" if "." in mantissa else ".") + "0" * missing
    return mantissa + exponent + power


def _sorted(value) -> list[object]:
    items = list(value)
    if all(type(item) is str for item in items) or all(type(item) in (int, float, bool) for item in items):
        return sorted(items)
    return sorted(items, key=lambda item: (type_name(type(item)), repr(item)))


def _numpy_scalar(value) -> object:
    item = value.item()
    return float(item) if type(item) is type(value) else item


def _numpy_array(value) -> object:
    # tolist() would turn dates of nanosecond unit into integers and forget the names of a structured array.
    if value.dtype.kind in "mMV":
        return list(value) if value.ndim else value[()]
    return value.tolist()


def _numpy_record(value) -> object:
    return dict(zip(value.dtype.names, value.item())) if value.dtype.names else value.item()


def _numpy_date(value) -> str | None:
    text = str(value)
    if text == "NaT":
        return None
    return text.rstrip("0").rstrip(".") if "." in text else text


def _series(value) -> list[object]:
    # NaN in a float column is a number like any NaN; everywhere else it is how pandas marks a missing value.
    if value.dtype.kind in "iufb" and not hasattr(value.dtype, "na_value"):
        return value.tolist()
    if type_name(type(value)) != "Series":
        value = sys.modules["pandas"].Series(value)
    return [None if missing else item for item, missing in zip(value.astype(object).tolist(), value.isna().tolist())]


def _frame(value) -> list[dict[object, object]]:
    names = value.columns.tolist()
    if any(type(name) is tuple for name in names):
        raise Refused('a DataFrame with several levels of columns (df.columns = ["_".join(map(str, names)) for names in df.columns] joins their names)')
    columns = [_series(value.iloc[:, index]) for index in range(len(names))]
    return [dict(zip(names, row)) for row in zip(*columns)]


def _sympy(value) -> object:
    if getattr(value, "is_Integer", False):
        return int(value)
    if getattr(value, "is_Float", False) or value in (sys.modules["sympy"].oo, -sys.modules["sympy"].oo, sys.modules["sympy"].nan):
        return float(value)
    if getattr(value, "is_Boolean", False) and str(value) in ("True", "False"):
        return bool(value)
    raise Refused(f"object of type {type_name(type(value))} (return float(…) of a number, str(…) of an expression)")


def _nothing(value: object) -> None:
    return None


_ITERATOR = _refuse("an iterator: return list(…) of it")
_SECONDS = _refuse("return its .total_seconds() or str(…) of it")
_BYTES = _refuse("use .decode() for text, base64.b64encode(…).decode() for data")

_CONVERSIONS: dict[str, Callable[[object], object]] = {
    "datetime.datetime": _isoformat, "datetime.date": _isoformat, "datetime.time": _isoformat,
    "datetime.timedelta": _SECONDS, "decimal.Decimal": _decimal, "uuid.UUID": str, "pathlib.PurePath": str,
    "enum.Enum": lambda value: value.value,
    "builtins.set": _sorted, "builtins.frozenset": _sorted, "collections.deque": list, "collections.UserList": list,
    "builtins.range": list, "array.array": list, "builtins.dict_keys": list, "builtins.dict_values": list,
    "builtins.dict_items": list, "numpy.ndarray": _numpy_array, "numpy.datetime64": _numpy_date,
    "numpy.timedelta64": _refuse("divide it by numpy.timedelta64(1, 's')"), "numpy.void": _numpy_record, "numpy.generic": _numpy_scalar,
    "pandas.DataFrame": _frame, "pandas.Series": _series, "pandas.Index": _series, "pandas.ExtensionArray": _series,
    "pandas.NaTType": _nothing, "pandas.NAType": _nothing,
    "types.SimpleNamespace": lambda value: dict(vars(value)), "ipaddress._IPAddressBase": str,
    "sympy.Basic": _sympy, "sympy.MatrixBase": lambda value: value.tolist(),
    "matplotlib.Figure": figure_url, "matplotlib.Axes": axes_url, "PIL.Image": image_url,
    "pydantic.BaseModel": lambda value: value.model_dump() if hasattr(value, "model_dump") else value.dict(),
    "builtins.bytes": _BYTES, "builtins.bytearray": _BYTES, "builtins.memoryview": _BYTES,
    "builtins.generator": _ITERATOR, "builtins.map": _ITERATOR, "builtins.filter": _ITERATOR, "builtins.zip": _ITERATOR,
    "builtins.coroutine": _refuse("await it"), "builtins.async_generator": _refuse("collect it with async for"),
    "builtins.BaseException": _refuse("return str(…) of it"), "builtins.function": _refuse("call it"), "builtins.method": _refuse("call it"),
    "fractions.Fraction": _refuse("return float(…) or str(…) of it"), "builtins.complex": _refuse("return its .real and .imag"),
}  # fmt: skip
_known: dict[type, Callable[[object], object]] = {}
