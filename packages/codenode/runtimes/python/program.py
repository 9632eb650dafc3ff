"""Turns the user's text into code and into a fresh `__main__` module."""
from __future__ import annotations

import ast
import json
import linecache
import sys
from base64 import b64decode
from types import CodeType, ModuleType

FILE_NAME = "main.py"
# Names that the code may use without importing them: real nodes rely on it.
GIVEN = {"json": json, "b64decode": b64decode}


def compile_program(text: str) -> CodeType:
    """Compiles the text as main.py; a program that is indented as a whole is compiled as if it were not.

    Line and column numbers are those of the text as it was written.
    """
    source = normalize(text)
    register_source(source)
    if not _indentation(source):
        return _compile(source)
    block = _parse_as_block(source)
    if block is not None:
        return _compile(block)
    return _compile(_without_indentation(source))


def fresh_main() -> ModuleType:
    """An empty `__main__`, so that pickle, dataclasses and get_type_hints find the user's names where they look for them."""
    module = ModuleType("__main__")
    module.__file__ = FILE_NAME
    sys.modules["__main__"] = module
    return module


def source_lines() -> list[str]:
    entry = linecache.cache.get(FILE_NAME)
    return entry[2] if entry and len(entry) == 4 else []


def normalize(text: str) -> str:
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def register_source(source: str) -> None:
    # Not splitlines(): it also splits at form feeds and Unicode separators, which are no line ends to the compiler.
    # mtime None tells linecache never to look for a file.
    lines = [line + "\n" for line in source.split("\n")]
    linecache.cache[FILE_NAME] = (len(source), None, lines, FILE_NAME)


def _compile(source: str | ast.Module) -> CodeType:
    return compile(source, FILE_NAME, "exec", dont_inherit=True)


def _indentation(source: str) -> str:
    """The white space before the first line of code."""
    if source[:1] not in {" ", "\t", "\f", "\n", "#"}:
        return ""
    for line in source.split("\n"):
        code = line.lstrip(" \t\f")
        if code and not code.startswith("#"):
            return line[: len(line) - len(code)]
    return ""


def _parse_as_block(source: str) -> ast.Module | None:
    """The indented program as the body of an `if`: this leaves text inside strings as it is."""
    try:
        tree = ast.parse("if True:\n" + source, FILE_NAME)
    except (SyntaxError, ValueError):
        return None
    first = tree.body[0]
    # Anything beside the `if` means that the program was not indented as a whole.
    if len(tree.body) != 1 or not isinstance(first, ast.If) or first.orelse:
        return None
    tree.body = first.body
    ast.increment_lineno(tree, -1)
    return tree


def _without_indentation(source: str) -> str:
    """The text to give to the compiler for its own error message."""
    indentation = _indentation(source)
    lines = source.split("\n")
    if all(line.startswith(indentation) or not line.strip() or line.lstrip().startswith("#") for line in lines):
        return "\n".join(line.removeprefix(indentation) for line in lines)
    return source
