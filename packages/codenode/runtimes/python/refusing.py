"""Functions of the library that fail in a sandbox without saying why, made to say it. What refuses is the sandbox's filter.

They are compiled as parts of the modules that they stand in: no frame of a traceback is ours.
"""
from __future__ import annotations

import os
import posix
import socket
from types import ModuleType

_SYSTEM = '''
def system(command):
    """Execute the command in a subshell."""
    import sys
    sys.audit("os.system", command)
    raise PermissionError(1, "Operation not permitted: the sandbox blocks starting processes")
'''

# Wrong arguments and addresses that are none are told as ever.
_LOOK_UP = '''
def {name}({parameters}):
    try:
        return of_system({arguments})
    except OSError as error:
        if error.errno in wrong_arguments or {flags} & AI_NUMERICHOST:
            raise
        refusal = error.__class__(error.errno, "the sandbox blocks all network access (" + str({host}) + ")")
    raise refusal
'''

_SOCKET = '''
def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
    try:
        return of_system(self, family, type, proto, fileno)
    except PermissionError as error:
        refusal = PermissionError(error.errno, "Operation not permitted: the sandbox blocks all network access")
    raise refusal
'''


def prepare() -> None:
    """In the zygote, before the packages: some keep the functions that they find."""
    os.system = posix.system = _define(_SYSTEM, os, "system")
    _replace_look_up("getaddrinfo", "host, port, family=0, type=0, proto=0, flags=0", "host, port, family, type, proto, flags")
    for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        _replace_look_up(name, "hostname, /", "hostname")
    socket.socket.__init__ = _define(_SOCKET, socket, "__init__", of_system=socket.socket.__init__)  # type: ignore[method-assign]  as meant


def _replace_look_up(name: str, parameters: str, arguments: str) -> None:
    flags = "flags" if "flags" in arguments else "0"
    text = _LOOK_UP.format(name=name, parameters=parameters, arguments=arguments, flags=flags, host=arguments.partition(",")[0])
    wrong = {socket.EAI_FAMILY, socket.EAI_SOCKTYPE, socket.EAI_BADFLAGS}
    names = {"of_system": getattr(socket, name), "wrong_arguments": wrong, "AI_NUMERICHOST": socket.AI_NUMERICHOST}
    setattr(socket, name, _define(text, socket, name, **names))


def _define(text: str, module: ModuleType, function: str, **names: object):
    scope: dict[str, object] = {"__name__": module.__name__, **names}
    exec(compile(text, f"<frozen {module.__name__}>", "exec"), scope)
    return scope[function]
