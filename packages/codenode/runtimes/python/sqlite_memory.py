"""Makes SQLite keep temporary data in memory: it would write what is large to files, which a run cannot make."""
from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

# connect(database, timeout, detect_types, isolation_level, check_same_thread, factory, …)
_FACTORY_AT = 5


@contextmanager
def repair(sqlite3: ModuleType) -> Iterator[None]:
    """Each connection is told, since SQLite has no setting for all of them."""
    yield

    class Connection(sqlite3.Connection):  # type: ignore[name-defined]  a class that is there when the module is loaded
        __slots__ = ()

        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            try:
                # Not self.execute, which calls methods that a program's own class may have replaced.
                sqlite3.Cursor(self).execute("PRAGMA temp_store = memory")
            except sqlite3.Error:  # it is no database, which the program's first statement tells
                pass

    make = sqlite3.connect

    @functools.wraps(make)
    def connect(*args, **kwargs):
        if len(args) <= _FACTORY_AT:
            kwargs.setdefault("factory", Connection)
        return make(*args, **kwargs)

    Connection.__module__, Connection.__qualname__ = "sqlite3", "Connection"
    for module in (sqlite3, sqlite3.dbapi2, sys.modules["_sqlite3"]):
        module.connect = connect  # type: ignore[attr-defined]  modules of one package
        module.Connection = Connection  # type: ignore[attr-defined]  see above
