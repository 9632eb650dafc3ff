"""How a zygote's memory is laid out, so that forks are cheap: a fork copies an entry for each page that it shares, and the
child's end drops it. In huge pages there is one for 512. All of it is for speed alone."""
from __future__ import annotations

import ctypes
import gc
import os
import re
import sys

MADV_COLLAPSE = 25
# The largest blocks that the interpreter's own allocator gives, as `bytes` of this length; and less than an arena (1 MiB)
# holds of them, with the pools' own headers.
_LARGEST_BYTES = 512 - bytes.__basicsize__
_BLOCKS_OF_AN_ARENA = 1900
_ARENAS = 64

_libc = ctypes.CDLL(None)


def gather_arenas() -> list[bytes]:
    """Makes the allocator's arenas one next to the other, where otherwise they would lie between the shared libraries that
    packages load, too small for huge pages. Free what this returns when the packages are loaded: what is not used by then
    goes back to the kernel, and until then each arena holds one block, so that it stays."""
    blocks: list = [None] * (_ARENAS * _BLOCKS_OF_AN_ARENA)  # all at once: a list that grows is moved about
    for index in range(len(blocks)):
        blocks[index] = bytes(_LARGEST_BYTES)
    return blocks[:: _BLOCKS_OF_AN_ARENA // 2]


def settle(huge_data: list[tuple[int, int]]) -> None:
    """Before the first fork: nothing is left for the collector to write to, and `huge_data`, ranges of whole huge pages,
    become such. An older kernel does not know how."""
    gc.collect()
    _plugs.extend(_fill_holes())
    gc.freeze()
    gc.disable()
    for address, length in huge_data:
        _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), MADV_COLLAPSE)


_plugs: list[bytes] = []
# A line of what the allocator tells of itself: class, size, pools, blocks in use, blocks that are free in those pools.
_CLASS = re.compile(rb"^ *\d+ +(\d+) +\d+ +\d+ +(\d+)$", re.MULTILINE)


def _fill_holes() -> list[bytes]:
    """Takes the blocks that were freed here and there while packages loaded: a child that used them would copy a page for
    each few. What it allocates lies side by side instead."""
    blocks: list[bytes] = []
    for size, free in _CLASS.findall(_allocator_statistics()):
        if int(size) > bytes.__basicsize__:
            blocks += [bytes(int(size) - bytes.__basicsize__) for _ in range(int(free))]
    return blocks


def _allocator_statistics() -> bytes:
    ours, theirs = os.pipe()
    stderr = os.dup(2)
    try:
        os.dup2(theirs, 2)
        sys._debugmallocstats()
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(theirs)
    with open(ours, "rb") as file:
        return file.read()
