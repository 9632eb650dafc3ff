"""Finds `main`, fits the inputs to its parameters and calls it."""
from __future__ import annotations

import asyncio
import inspect
import sys
from inspect import CO_VARKEYWORDS, Parameter
from types import CoroutineType, FunctionType

from hints import hint_for_missing_main, hint_for_signature
from messages import Failure, RunFailed, read_json, shorten
from program import GIVEN

Inputs = dict[str, object]
_MAX_NAMES = 50


def call_main(names: dict[str, object], inputs: Inputs) -> object:
    """The value of `main(**inputs)`; a coroutine or other awaitable is awaited in a loop of its own."""
    main = find_main(names)
    positional, keywords = bind(main, inputs)
    value = main(*positional, **keywords)
    if type(value) is CoroutineType:
        return asyncio.run(value)
    if type(value) is not dict and inspect.isawaitable(value):
        return asyncio.run(_wait_for(value))
    return value


def parse_inputs(text: str) -> Inputs:
    try:
        return read_json(text)
    except ValueError:
        # An integer of more than 4300 digits, which CPython does not read unless told to.
        limit = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)
        inputs = read_json(text)
        sys.set_int_max_str_digits(limit)
        return inputs


async def _wait_for(value: object) -> object:
    return await value  # type: ignore[misc]  only awaitables come here


def find_main(names: dict[str, object]):
    main = names.get("main")
    if callable(main):
        return main
    defined = [name for name, value in names.items() if callable(value) and value is not GIVEN.get(name) and name[:2] != "__"]
    if "main" in names:
        message = f"main is of type {type(main).__name__}: it must be a function."
    else:
        message = "The code does not define a function named main."
    if defined:
        message += f" It defines: {shorten(', '.join(defined), 500)}."
    details: dict[str, object] = {"defined": [name[:100] for name in defined[:_MAX_NAMES]]}
    raise RunFailed(Failure("main_missing", message, details=details, hint=hint_for_missing_main(names)))


def bind(main, inputs: Inputs) -> tuple[list[object], Inputs]:
    """Positional and keyword arguments for `main`, or the failure that names both lists."""
    # The usual case, without inspect.signature: all parameters have the names of inputs.
    if type(main) is FunctionType and not main.__code__.co_posonlyargcount:
        code = main.__code__
        parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        fits = len(parameters) == len(inputs) or (code.co_flags & CO_VARKEYWORDS and len(parameters) < len(inputs))
        if fits and all(name in inputs for name in parameters):
            return [], inputs
    # follow_wrapped=False: a decorator may add or drop arguments, so the wrapper's own parameters count.
    try:
        signature = inspect.signature(main, follow_wrapped=False)
    except (TypeError, ValueError):
        return [], inputs  # written in C, tells no signature
    return _bind_by_signature(list(signature.parameters.values()), inputs)


def _bind_by_signature(parameters: list[Parameter], inputs: Inputs) -> tuple[list[object], Inputs]:
    positional: list[object] = []
    keywords = dict(inputs)
    missing: list[str] = []
    names: list[str] = []
    takes_any = False
    for parameter in parameters:
        if parameter.kind is Parameter.VAR_KEYWORD:
            takes_any = True
        if parameter.kind in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL):
            continue
        names.append(parameter.name)
        is_given = parameter.name in inputs
        if not is_given and parameter.default is Parameter.empty:
            missing.append(parameter.name)
        elif parameter.kind is Parameter.POSITIONAL_ONLY:
            positional.append(keywords.pop(parameter.name) if is_given else parameter.default)
    unexpected = [] if takes_any else [name for name in inputs if name not in names]
    if missing or unexpected:
        raise RunFailed(_mismatch(names, list(inputs), missing, unexpected))
    return positional, keywords


def _mismatch(parameters: list[str], inputs: list[str], missing: list[str], unexpected: list[str]) -> Failure:
    message = (
        f"The parameters of main and the inputs differ. main({', '.join(parameters)}) is called with "
        f"{_list(inputs) if inputs else 'no inputs'}."
    )
    if missing:
        message += f" No input for the parameter{'s' * (len(missing) > 1)} {_list(missing)}."
    if unexpected:
        message += f" No parameter for the input{'s' * (len(unexpected) > 1)} {_list(unexpected)}."
    details = {"parameters": parameters, "inputs": inputs, "missing": missing, "unexpected": unexpected}
    shown: dict[str, object] = {key: [name[:100] for name in names[:_MAX_NAMES]] for key, names in details.items()}
    return Failure("signature_mismatch", message, details=shown, hint=hint_for_signature(inputs))


def _list(names: list[str]) -> str:
    return shorten(", ".join(names), 1000)
