"""Stands in for temporary files, named semaphores and shared memory, which a run cannot make, where usual packages need them."""
from __future__ import annotations

import mmap
import tempfile
import threading

import import_repairs
import workbooks

_MUTEX = 0


def prepare() -> None:
    """In the zygote, before the packages: they take `mmap` from its module."""
    mmap.mmap = PrivateMemory
    # Where it would look for a folder that can be written: packages ask for its name before they try, and go on without.
    tempfile.tempdir = "/tmp"
    import_repairs.install()


class PrivateMemory(mmap.mmap):
    """`mmap.mmap` whose memory without a file is its own, since there is no other process to share it with."""

    __slots__ = ()

    def __new__(cls, fileno, length, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE, access=mmap.ACCESS_DEFAULT, *more, **named):
        if fileno != -1 or access == mmap.ACCESS_COPY:
            return super().__new__(cls, fileno, length, flags, prot, access, *more, **named)
        if access != mmap.ACCESS_DEFAULT and (flags, prot) == (mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE):
            # It stands for flags, and for shared ones.
            prot = mmap.PROT_READ if access == mmap.ACCESS_READ else prot
            access = mmap.ACCESS_DEFAULT
        private = flags & ~mmap.MAP_SHARED | mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        return super().__new__(cls, fileno, length, private, prot, access, *more, **named)


PrivateMemory.__name__ = PrivateMemory.__qualname__ = "mmap"
PrivateMemory.__module__ = "mmap"


def repair() -> None:
    """In the zygote, after the packages."""
    import _multiprocessing

    _multiprocessing.SemLock = ThreadSemaphore
    workbooks.write_in_memory()


class ThreadSemaphore:
    """`_multiprocessing.SemLock` without a file behind it, for pools of threads: there are no other processes."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        # Without a name nothing is told to the tracker, which would be another process.
        self.kind, self.maxvalue, self.name, self.handle = kind, maxvalue, None, 0
        self._value = value
        self._changed = threading.Condition()
        self._owner = 0
        self._held = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        with self._changed:
            if self.kind == _MUTEX and self._is_mine():
                self._held += 1
                return True
            if not self._changed.wait_for(lambda: self._value > 0, timeout if block else 0):
                return False
            self._value -= 1
            self._owner = threading.get_ident()
            self._held += 1
            return True

    def release(self) -> None:
        with self._changed:
            if self.kind == _MUTEX and not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self.kind != _MUTEX and self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._held -= 1
            if self.kind == _MUTEX and self._held:
                return
            self._value += 1
            self._changed.notify()

    def _count(self) -> int:
        return self._held

    def _is_mine(self) -> bool:
        return self._held > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._held = 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
