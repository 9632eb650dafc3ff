"""What keeps the children of one zygote apart: random state of their own, and nothing of ours to import."""
from __future__ import annotations

import os
import random
import sys


def reseed() -> None:
    """In the zygote, before each fork, so that no two children inherit the same state: in the child it would touch memory
    that is shared until then."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(list(memoryview(os.urandom(32)).cast("I")))


def hide_own_modules() -> None:
    """A program's `import channel` must not find ours."""
    folder = os.path.dirname(__file__)
    sys.path[:] = [path for path in sys.path if path != folder]
    for name, module in list(sys.modules.items()):
        if name != "__main__" and os.path.dirname(getattr(module, "__file__", None) or "") == folder:
            del sys.modules[name]
