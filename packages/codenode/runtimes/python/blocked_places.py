"""Where a refusal shows what was tried: functions of libraries by their local variables, calls by their names."""
from __future__ import annotations

from dataclasses import dataclass
from types import FrameType

from messages import shorten


@dataclass(frozen=True)
class Place:
    """A function that is on the stack when the sandbox refuses something. `module` counts with what is inside it; no
    `function` means any. `{}` in `phrase` stands for the values of `names`, joined by colons."""

    operation: str
    phrase: str
    module: str
    function: str = ""
    names: tuple[str, ...] = ()

    def is_at(self, frame: FrameType) -> bool:
        if self.function and frame.f_code.co_name != self.function:
            return False
        module = frame.f_globals.get("__name__")
        return type(module) is str and (module == self.module or module.startswith(self.module + "."))

    def tell(self, frame: FrameType) -> str:
        values = [_value(frame, name) for name in self.names]
        return self.phrase.format(":".join(_text(value) for value in values if value is not None))


# The most telling first.
PLACES: tuple[Place, ...] = (
    Place("process", 'start the program "{}"', "subprocess", "_execute_child", ("self.args",)),
    Place("process", 'start the program "{}"', "os", "system", ("command",)),
    Place("process", "start another process", "multiprocessing"),
    Place("process", "start another process", "concurrent.futures.process"),
    Place("network", "listen on {}", "asyncio.base_events", "create_server", ("host", "port")),
    Place("network", "listen on {}", "socket", "create_server", ("address",)),
    Place("network", "listen on {}", "socketserver", "__init__", ("server_address",)),
    Place("network", "connect to {}", "socket", "create_connection", ("address",)),
    Place("network", "connect to {}", "urllib3.util.connection", "create_connection", ("address",)),
    Place("network", "connect to {}", "asyncio.base_events", "create_connection", ("host", "port")),
    Place("network", "connect to {}", "anyio", "connect_tcp", ("remote_host", "remote_port")),
    Place("network", "connect to {}", "aiohttp.connector", "_create_direct_connection", ("req.url.host", "req.url.port")),
    Place("network", "connect to {}", "http.client", "connect", ("self.host", "self.port")),
    Place("network", "look up {}", "socket", "getaddrinfo", ("host", "port")),
    Place("network", "open a socket", "socket", "__init__"),
    Place("file", "create a temporary file", "tempfile"),
    Place("file", "open a database file", "sqlite3"),
)


@dataclass(frozen=True)
class Call:
    operation: str
    verb: str = ""


def _calls(operation: str, verb: str, names: str) -> dict[str, Call]:
    return {name: Call(operation, verb) for name in names.split()}


# Functions known by their bare names, from the user's own line or from the stack.
CALLS: dict[str, Call] = {
    **_calls("file", "list", "listdir scandir iterdir walk glob"),
    **_calls("file", "create", "mkdir makedirs mkfifo mknod symlink link touch"),
    **_calls("file", "delete", "remove unlink rmdir removedirs rmtree"),
    **_calls("file", "rename", "rename renames replace move"),
    **_calls("file", "change", "chmod chown lchown utime truncate"),
    **_calls("file", "look at", "stat lstat getsize getmtime access readlink"),
    **_calls("file", "enter", "chdir chroot"),
    **_calls("file", "open", "open memfd_create copy copyfile read_text read_bytes write_text write_bytes connect"),
    **_calls("process", "start", "fork forkpty vfork execl execle execlp execv execve execvp posix_spawn posix_spawnp spawnl spawnv spawn"),
    **_calls("process", "touch", "kill killpg pidfd_open pidfd_send_signal ptrace setpriority nice"),
    **_calls("network", "look up", "gethostbyname gethostbyname_ex gethostbyaddr getnameinfo getfqdn"),
}


def _value(frame: FrameType, name: str) -> object:
    first, *attributes = name.split(".")
    value = frame.f_locals.get(first)
    for attribute in attributes:
        value = getattr(value, attribute, None)
    return value


def _text(value: object) -> str:
    """Only what is exactly a built-in type: an object of the program could answer anything."""
    if type(value) in (list, tuple):
        separator = ":" if type(value) is tuple else " "
        return separator.join(_text(item) for item in value[:8])  # type: ignore[index]  a list or a tuple
    if type(value) is bytes:
        value = value.decode("utf-8", "replace")
    return shorten(str(value), 200) if type(value) in (str, int) else "…"
