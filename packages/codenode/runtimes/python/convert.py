"""From the value that `main` returned to JSON text."""
from __future__ import annotations

import json
import sys

from hints import FOLLOW_THE_MESSAGE, NOT_SERIALIZABLE, hint_for_result
from messages import Failure, RunFailed, shorten
from notices import note
from paths import Problem
from values import Refused, plain, type_name
from writer import Nulls, write

_RECURSION_LIMIT = 1000
_NAMED_PROBLEMS = 10
_MAX_PATH = 150

# The C encoder; it calls `plain` for what it does not know.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain).encode


def to_json(result: object) -> bytes:
    """JSON of the returned object, or the failure that lists all that cannot become JSON."""
    # On CPython before 3.12 a higher limit, set by the program, would let a deep value overflow the C stack.
    sys.setrecursionlimit(_RECURSION_LIMIT)
    outputs = _to_object(result)
    try:
        text = _encode(outputs)
    except MemoryError:
        raise
    except Exception:
        # Too deep, an odd key, or something refused: the slow way manages or knows what to say.
        written = write(outputs)
        if written.problems:
            raise RunFailed(_not_serializable(written.problems)) from None
        text = written.text
        if written.nulls.count:
            _note_nulls(written.nulls)
    # For a lone surrogate, backslashreplace writes \ud800: exactly JSON's escape.
    return text.encode("utf-8", "backslashreplace")


def _note_nulls(nulls: Nulls) -> None:
    rest = nulls.count - len(nulls.paths)
    places = ", ".join(shorten(path, _MAX_PATH) for path in nulls.paths) + (f" and {rest} more" if rest else "")
    verb = "became null, since it is" if nulls.count == 1 else "became null, since they are"
    message = f"{places} {verb} NaN or infinite, which JSON has no number for."
    note("number_not_finite", message, {"path": nulls.paths[0], "paths": nulls.paths, "count": nulls.count})


def _to_object(result: object) -> dict[object, object]:
    """The result itself if it is a dict, or the dict that a dataclass, a model or another mapping becomes."""
    if issubclass(type(result), dict):
        return result  # type: ignore[return-value]  `issubclass` says so
    try:
        converted = plain(result)
    except Refused:
        converted = None
    if issubclass(type(converted), dict):
        return converted  # type: ignore[return-value]  `issubclass` says so
    found = "None" if result is None else type_name(type(result))
    message = f"main returned {found}: it must return a dict with the declared outputs."
    if result is None:
        message += " Does every path through main end with a return?"
    raise RunFailed(Failure("result_not_object", message, details={"found": found}, hint=hint_for_result(result)))


def _not_serializable(problems: list[Problem]) -> Failure:
    sentences = [f"{problem.path} is {shorten(problem.found, 300)}" for problem in problems[:_NAMED_PROBLEMS]]
    if len(problems) > _NAMED_PROBLEMS:
        sentences.append(f"and {len(problems) - _NAMED_PROBLEMS} more")
    message = f"main returned values that cannot become JSON: {'; '.join(sentences)}."
    details = {"problems": [{"path": problem.path, "found": shorten(problem.found, 300)} for problem in problems]}
    # Where each says itself what to write, general advice would only contradict it.
    is_advised = all(problem.found.endswith(")") for problem in problems)
    return Failure("result_not_serializable", message, details=details, hint=FOLLOW_THE_MESSAGE if is_advised else NOT_SERIALIZABLE)
