"""The call in the user's source that a line of a traceback is about."""
from __future__ import annotations

import ast

from blocked_places import CALLS
from program import FILE_NAME, source_lines


def call_at(line: int) -> ast.Call | None:
    """Of the calls that span this line, one known by name, else the innermost."""
    try:
        tree = ast.parse("".join(source_lines()), FILE_NAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or line)]
    known = [call for call in calls if name_of_call(call) in CALLS]
    return (known or calls or [None])[-1]


def name_of_call(call: ast.Call | None) -> str:
    """`listdir` of `os.listdir(…)`."""
    function = call.func if call else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def text_of_call(call: ast.Call) -> str:
    return ast.unparse(call)


def constant_argument(call: ast.Call | None, position: int, name: str, default: str) -> str | None:
    """An argument written as a literal; `default` if it is not given, None if it cannot be told."""
    if call is None:
        return None
    given = [keyword.value for keyword in call.keywords if keyword.arg == name]
    given += call.args[position : position + 1]
    if not given:
        return default
    return given[0].value if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else None
