"""Changes packages when a program imports them, where importing them ahead would make every fork dearer."""
from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

import charts
import sqlite_memory

Repair = Callable[[ModuleType], AbstractContextManager[None]]
_REPAIRS: dict[str, Repair] = {
    "sqlite3": sqlite_memory.repair,
    "matplotlib": charts.repair,
    "matplotlib.font_manager": charts.repair_fonts,
}


def install() -> None:
    """In the zygote, before the packages."""
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None) -> ModuleSpec | None:
        repair = _REPAIRS.get(fullname)
        spec = None if repair is None else PathFinder.find_spec(fullname, path, target)
        if repair is None or spec is None or spec.loader is None:
            return None
        spec.loader = _Loader(spec.loader, repair)
        return spec


class _Loader(Loader):
    """Loads a module within its repair; then the module has the loader that it would have."""

    def __init__(self, loader: Loader, repair: Repair) -> None:
        self._loader = loader
        self._repair = repair

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._repair(module):
            self._loader.exec_module(module)
