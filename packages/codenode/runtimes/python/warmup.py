"""Runs small programs before the user's, so that nothing has to be imported, built or paged in during a run."""
from __future__ import annotations

import asyncio
import linecache
import sys
import threading
from collections.abc import Callable

import tracemalloc  # noqa: F401  imported by the first warning otherwise

from console import Console
from messages import Program
from notices import take

Case = tuple[str, str]

USUAL_PATH: tuple[Case, ...] = (('def main(a):\n    print("x")\n    return {"a": a, "b": [1, 2.5, None, True]}', '{"a": 1}'),)
EVERY_PATH: tuple[Case, ...] = (
    *USUAL_PATH,
    ("import asyncio\nasync def main(**inputs):\n    await asyncio.sleep(0)\n    return inputs", '{"a": 1}'),
    ("def main():\n    return {1: {1}, 'a': [float('nan'), object()]}", "{}"),
    ("def main():\n    return {'a': [float('nan')]}", "{}"),
    ("  def main(a, b=1, /): pass", '{"c": 1}'),
    ("def main():\n    try:\n        1 / 0\n    except Exception as error:\n        raise KeyError('x') from error", "{}"),
    ("def main():\n    return undefined_name", "{}"),
    # Said, not done: where a zygote has no root of its own, `open` would make the file on the host.
    ("def main():\n    raise OSError(30, 'Read-only file system', '/nowhere')", "{}"),
    ("import nothing_of_this_name", "{}"),
    ("import json\njson.loads('[')", "{}"),
    ("def main(:", "{}"),
    ("import warnings\nwarnings.warn('x')\ndef main(): return None", "{}"),
)


class _Nowhere:
    """A channel that drops what it is given."""

    def send(self, kind: int, payload: bytes) -> None:
        pass


def warm_up(run: Callable[[Program, object], object], cases: tuple[Case, ...]) -> None:
    """Leaves the process as it was: no thread, no descriptor, no random number drawn."""
    streams = {name: getattr(sys, name) for name in ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")}
    main, argv, limit, hook = sys.modules["__main__"], sys.argv, sys.getrecursionlimit(), threading.excepthook
    try:
        for code, inputs in cases:
            # It has all of a channel that a console uses.
            run(Program("main", code, inputs), Console(_Nowhere()))  # type: ignore[arg-type]  see above
    finally:
        for name, stream in streams.items():
            setattr(sys, name, stream)
        sys.modules["__main__"], sys.argv, threading.excepthook = main, argv, hook
        sys.setrecursionlimit(limit)
        take()
        linecache.cache.pop("main.py", None)
        # asyncio.run() leaves the policy in a state in which get_event_loop() makes no loop.
        if cases is EVERY_PATH and sys.version_info < (3, 14):
            asyncio.set_event_loop_policy(None)
