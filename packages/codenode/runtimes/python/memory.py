"""How a zygote's memory is laid out, so that forks are cheap: a fork copies an entry for each page that it shares, and the
child's end drops it. In huge pages there is one for 512. All of it is for speed alone."""
from __future__ import annotations

import ctypes
import gc

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
    gc.freeze()
    gc.disable()
    for address, length in huge_data:
        _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), MADV_COLLAPSE)
