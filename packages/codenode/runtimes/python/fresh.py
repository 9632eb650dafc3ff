"""What keeps the children of one zygote apart: random state of their own, and nothing of ours to import."""
from __future__ import annotations

import _random
import ctypes
import os
import random
import struct
import sys
from typing import Callable

# The state of a Mersenne twister: so many words, then how many of them are used up.
_WORDS = 624
_WORD_BYTES = 4 * _WORDS


def make_reseed() -> Callable[[], None]:
    """What a zygote calls before each fork, so that no two children inherit the state of `random` or `numpy.random`. In the
    child it would touch memory that is shared until then; for the same reason it goes the shortest way there is."""
    seed_from_system = _random.Random.seed
    # What the functions of `random` are methods of; typeshed leaves it out, as it is not public.
    generator = random._inst  # type: ignore[attr-defined]  private, so unknown to typeshed
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is None:
        return lambda: seed_from_system(generator)
    address = _find_numpy_state(numpy_random)

    def reseed() -> None:
        seed_from_system(generator)
        if address is None:
            numpy_random.seed(list(memoryview(os.urandom(32)).cast("I")))
        else:
            ctypes.memmove(address, os.urandom(_WORD_BYTES), _WORD_BYTES)

    return reseed


def _find_numpy_state(numpy_random) -> int | None:
    """Where the words of numpy.random's own generator lie, all of them used up; None if this numpy keeps them otherwise."""
    try:
        numpy_random.seed()
        address = numpy_random.mtrand._rand._bit_generator.ctypes.state_address
        words = os.urandom(_WORD_BYTES)
        found, used = numpy_random.get_state()[1:3]
        if ctypes.string_at(address, _WORD_BYTES + 4) != found.tobytes() + struct.pack("=i", used):
            return None
        ctypes.memmove(address, words + struct.pack("=i", _WORDS), _WORD_BYTES + 4)
        found, used = numpy_random.get_state()[1:3]
        return address if (found.tobytes(), used) == (words, _WORDS) else None
    except (AttributeError, TypeError, ValueError):
        return None


def hide_own_modules() -> None:
    """A program's `import channel` must not find ours."""
    folder = os.path.dirname(__file__)
    sys.path[:] = [path for path in sys.path if path != folder]
    for name, module in list(sys.modules.items()):
        if name != "__main__" and os.path.dirname(getattr(module, "__file__", None) or "") == folder:
            del sys.modules[name]
