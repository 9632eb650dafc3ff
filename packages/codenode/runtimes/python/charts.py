"""Loads matplotlib without the folder for settings and caches that it asks for, and with its own fonts."""
from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import NoReturn

_NO_FOLDER = "/nonexistent"


@contextmanager
def repair(matplotlib: ModuleType) -> Iterator[None]:
    """With a file of settings that is named it looks for no folder; Agg draws without a screen."""
    own = os.path.join(os.path.dirname(str(matplotlib.__file__)), "mpl-data", "matplotlibrc")
    given = {"MATPLOTLIBRC": own, "MPLBACKEND": "agg"}
    added = {name: value for name, value in given.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
    matplotlib.get_configdir = matplotlib.get_cachedir = lambda: _NO_FOLDER


@contextmanager
def repair_fonts(font_manager: ModuleType) -> Iterator[None]:
    """To list fonts matplotlib starts `fc-list`, and a thread that would say that it takes long. That it cannot keep the list is
    no news."""
    cbook = sys.modules["matplotlib.cbook"]
    log = logging.getLogger(font_manager.__name__)
    replaced = subprocess.check_output, threading.Timer, cbook._lock_path, log.disabled  # type: ignore[attr-defined]  matplotlib's own
    subprocess.check_output = threading.Timer = cbook._lock_path = _refuse  # type: ignore[assignment, attr-defined, misc]  see above
    log.disabled = True
    try:
        yield
    finally:
        subprocess.check_output, threading.Timer, cbook._lock_path, log.disabled = replaced  # type: ignore[attr-defined, misc]  see above


def _refuse(*_: object, **__: object) -> NoReturn:
    raise _Refused


class _Refused(OSError, RuntimeError):
    """What matplotlib expects where there is no program, no thread and no place for a file."""
