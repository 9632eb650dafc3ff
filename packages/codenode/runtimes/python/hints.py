"""What would mend a failure, in one sentence: where code was written for another system, another language or a notebook."""
from __future__ import annotations

import re
import sys
from types import FunctionType

from program import FILE_NAME
from watching import has_tmp, is_private

_VERSION = ".".join(map(str, sys.version_info[:2]))
_PARAMETERS = "In Codenode inputs are parameters of main: `def main({}):`."
_ADD_PACKAGES = "The operator adds packages by `codenode packages install`, which installs the standard ones and those in codenode.yaml: `packages.python`."
_JAVASCRIPT = re.compile(r"^\s*(?:(?:export\s+(?:default\s+)?)?(?:async\s+)?function\b.*\(|(?:const|let|var)\s+[\w${\[]|import\s.*\sfrom\s+['\"]|//)|=>\s*[{(]|^\s*\}\s*(?:else|catch)\b", re.M)
# Where other systems begin, and where they keep what goes in.
_ENTRIES = ("handler", "lambda_handler", "run", "execute", "process", "invoke", "call", "code", "function", "solution")
_FOREIGN = {
    "_input": "n8n", "_items": "n8n", "_json": "n8n", "_node": "n8n", "items": "n8n", "msg": "Node-RED", "pd_input": "another system",
    "input_data": "Zapier", "steps": "Pipedream", "event": "a cloud function", "context": "a cloud function", "inputs": "another system",
    "args": "another system", "params": "another system", "arguments": "another system",
}  # fmt: skip
_LITERALS = {"true": "True", "false": "False", "null": "None", "undefined": "None", "nan": "float('nan')"}
_inputs: list[str] = []
# Those that have no value.
_without_value: list[str] = []


def remember_inputs(inputs: dict[str, object]) -> None:
    _inputs[:] = inputs
    _without_value[:] = [name for name, value in inputs.items() if value is None]


# Where a run may write, which it learns when it is refused.
_WRITING_BELOW_TMP = "Write below `/tmp`: nothing else can be written to."
_WRITING = "Only a private /tmp can be written to: a node gets one, in memory, by `limits: {tmpMb: 16}`."
NO_FILES = "A run has no files of its own: pass the contents in as an input."
TMP_IS_FULL = "The private /tmp is full: keep less in it, or raise `limits.tmpMb` of the node."
_IS_READING = re.compile(r".* for reading$|(?:list|look at|enter|open) (?!.* for writing$|a database file$)")


def hint_for_blocked(operation: str, what: str) -> str | None:
    """None: what the catalogue says of all of them."""
    if operation != "file" or _IS_READING.match(what):
        return None
    return _WRITING_BELOW_TMP if has_tmp() else _WRITING


def hint_for_syntax(error: SyntaxError, lines: list[str]) -> str | None:
    """Of code that does not compile."""
    source = "".join(lines)
    line = lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else ""
    if source.lstrip().startswith("```"):
        return "The code stands in a Markdown fence: take away the lines that begin with ```."
    if line[:1] in ("!", "%"):
        first = line.split()[0]
        return f"`{first}` is a command of notebooks, not Python. {_ADD_PACKAGES if 'pip' in line else 'Take the line away.'}"
    message = str(error.msg)
    if message == "'return' outside function":
        return f"The code returns at top level: put it into a function `def main({_parameters()}):`, which returns a dict with the outputs."
    if "outside function" in message and "await" in message:
        return f"Await inside of `async def main({_parameters()}):`."
    if "outside async function" in message:
        return "Write `async def` for the function that awaits."
    if _JAVASCRIPT.search(source):
        return "This looks like JavaScript: choose it as the language of the node."
    return _newer_syntax(message, line)


def _newer_syntax(message: str, line: str) -> str | None:
    needed = next((version for version, matches in _NEWER if sys.version_info < version and matches(message, line)), None)
    if needed is None:
        return None
    hint = f"This is Python {_VERSION}; the line needs Python {needed[0]}.{needed[1]}."
    return hint + (" Use other quotes inside of the braces of an f-string." if "f-string" in message or re.search(r"\bf[\"']", line) else "")


_NEWER = (
    ((3, 11), lambda message, line: re.match(r"except\s*\*", line)),
    ((3, 12), lambda message, line: re.match(r"type\s+\w+\s*(\[.*\])?\s*=", line) or re.match(r"(async\s+)?(def|class)\s+\w+\s*\[", line)),
    ((3, 12), lambda message, line: re.search(r"\b[fF][rR]?([\"'])[^\"']*\{[^{}]*\1", line)),
    ((3, 14), lambda message, line: re.match(r"except\s+\w[\w.]*\s*,", line) or re.search(r"\bt[\"']", line)),
)


def hint_for_missing_main(names: dict[str, object]) -> str | None:
    """`names`: of the module."""
    own = [name for name, value in names.items() if type(value) is FunctionType and value.__code__.co_filename == FILE_NAME]
    known = [name for name in own if name in _ENTRIES] or (own if len(own) == 1 else [])
    if known:
        return f"Rename `{known[0][:100]}` to `main`. {_PARAMETERS.format(_parameters())}"
    if own:
        return None
    return f"Put the code into a function: `def main({_parameters()}):`. It returns a dict with the outputs."


def hint_for_result(result: object) -> str | None:
    """Of a result that is no dict."""
    if type(result) is str and result.strip()[:1] == "{" and result.strip()[-1:] == "}":
        return "main returned JSON text: return the dict itself, without `json.dumps`, or `json.loads(…)` of the text."
    return None


FOLLOW_THE_MESSAGE = "Return what the message names in place of the value."
NOT_SERIALIZABLE = "Return a plain value in its place: `str(value)`, `float(value)`, `list(value)`, or a dict such as `vars(value)`; of a row of sqlite3, `dict(row)`."


def hint_for_signature(inputs: list[str]) -> str | None:
    if not all(name.isidentifier() for name in inputs):
        return None
    return f"Write `def main({', '.join(inputs)[:500]}):`, or take any inputs with `**kwargs`."


def hint_for_exception(error: BaseException) -> str | None:
    if isinstance(error, NameError):
        return _hint_for_name(error.name)
    if isinstance(error, EOFError) and error.args == ("EOF when reading a line",):
        return f"A run has no standard input, so `input()` has nothing to read. {_PARAMETERS.format(_parameters())}"
    if isinstance(error, FileNotFoundError) and error.filename is not None and not is_private(error.filename):
        return NO_FILES
    if isinstance(error, ValueError) and "```" in str(getattr(error, "doc", "")):
        return "The text has a Markdown fence around its JSON: take away the lines that begin with ```."
    if isinstance(error, (AttributeError, TypeError)) and "NoneType" in str(error) and _without_value:
        return _hint_for_none()
    if isinstance(error, RuntimeError) and "cannot be called from a running event loop" in str(error):
        return "main is awaited already: write `await …` in place of `asyncio.run(…)`."
    return None


def _hint_for_none() -> str:
    names = ", ".join(f"`{name}`" for name in _without_value[:5])
    if len(_without_value) == 1:
        return f"The input {names} is None: nothing was given for it."
    return f"The inputs {names} are None: nothing was given for them."


def _hint_for_name(name: object) -> str | None:
    if type(name) is not str:
        return None
    if name in _inputs:
        return f"`{name}` is an input. {_PARAMETERS.format(_parameters())}"
    if name in _LITERALS:
        return f"Python writes `{_LITERALS[name]}` for `{name}`."
    if name in ("console", "require", "JSON"):
        return "This looks like JavaScript: choose it as the language of the node."
    if name in _FOREIGN:
        return f"`{name}` belongs to {_FOREIGN[name]}. {_PARAMETERS.format(_parameters())}"
    return None


def _parameters() -> str:
    names = [name for name in _inputs if name.isidentifier()]
    return ", ".join(names)[:300] if names else "…"
