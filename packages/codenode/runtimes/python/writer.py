"""The slow way to JSON text, for values that the C encoder gives up on: of any depth, and with every problem by its path."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring

from paths import Problem, element, join_path, member
from scalars import NOT_FINITE, is_json, key_text, scalar_text, unreadable
from values import plain

MAX_PROBLEMS = 100
_MAX_CONVERSIONS = 50
_NAMED_NULLS = 10


@dataclass
class Written:
    """JSON text, which is whole only if there are no problems; of these at most 100."""

    text: str
    problems: list[Problem]
    nulls: Nulls


@dataclass
class Nulls:
    """The places of numbers that JSON has no form for: the first ten, and how many there are."""

    paths: list[str] = field(default_factory=list)
    count: int = 0


def write(value: object) -> Written:
    writer = _Writer()
    writer.put("", value)
    while writer.levels and len(writer.problems) < MAX_PROBLEMS:
        writer.step()
    return Written("".join(writer.chunks), writer.problems, writer.nulls)


@dataclass
class _Level:
    """A container that is being written."""

    path_part: str
    entries: Iterator[tuple[object, object]]
    is_object: bool
    # The container and what it was converted from: kept alive, so that their ids stay theirs.
    holds: list[object]
    is_empty: bool = True
    bad_keys: set[type] = field(default_factory=set)


class _Writer:
    def __init__(self) -> None:
        self.chunks: list[str] = []
        self.problems: list[Problem] = []
        self.nulls = Nulls()
        self.levels: list[_Level] = []
        self.depth_of_open: dict[int, int] = {}

    def step(self) -> None:
        """Writes the next entry of the innermost container, or closes it."""
        level = self.levels[-1]
        try:
            entry = next(level.entries, None)
        except Exception as error:  # the program's own items() or iterator
            self.refuse("", unreadable(level.holds[-1], error))
            entry = None
        if entry is None:
            self.close(level)
            return
        if not level.is_empty:
            self.chunks.append(",")
        level.is_empty = False
        key, value = entry
        try:
            name = key_text(key) if level.is_object else ""
        except Exception as error:
            # Once for all of a type: they are mostly alike.
            if type(key) not in level.bad_keys:
                self.refuse("", f"an object with a key that is {unreadable(key, error)}")
            level.bad_keys.add(type(key))
            return
        if level.is_object:
            self.chunks.append(encode_basestring(name) + ":")
        self.put(member(name) if level.is_object else element(key), value)

    def put(self, path_part: str, value: object) -> None:
        """Writes a scalar, or opens a container."""
        holds: list[object] = []
        try:
            while not is_json(value) and len(holds) < _MAX_CONVERSIONS:
                if self.is_cycle(path_part, value):
                    return
                holds.append(value)
                value = plain(value)
            text = scalar_text(value)
            if text is not None:
                self.chunks.append("null" if self.is_not_finite(path_part, text) else text)
            elif not self.is_cycle(path_part, value):
                self.open(path_part, value, holds)
        except MemoryError:
            raise
        except Exception as error:
            self.refuse(path_part, unreadable(value, error))

    def is_not_finite(self, path_part: str, text: str) -> bool:
        if text not in NOT_FINITE:
            return False
        self.nulls.count += 1
        if len(self.nulls.paths) < _NAMED_NULLS:
            self.nulls.paths.append(self.path(len(self.levels), path_part))
        return True

    def is_cycle(self, path_part: str, value: object) -> bool:
        depth = self.depth_of_open.get(id(value))
        if depth is None:
            return False
        self.refuse(path_part, f"a cycle: it is {self.path(depth + 1)} again")
        return True

    def open(self, path_part: str, value, holds: list[object]) -> None:
        is_object = issubclass(type(value), dict)
        entries = iter(value.items()) if is_object else enumerate(value)
        holds.append(value)
        for held in holds:
            self.depth_of_open[id(held)] = len(self.levels)
        self.levels.append(_Level(path_part, entries, is_object, holds))
        self.chunks.append("{" if is_object else "[")

    def close(self, level: _Level) -> None:
        self.chunks.append("}" if level.is_object else "]")
        for held in level.holds:
            self.depth_of_open.pop(id(held), None)
        self.levels.pop()

    def refuse(self, path_part: str, found: str) -> None:
        self.problems.append(Problem(self.path(len(self.levels), path_part), found))

    def path(self, depth: int, path_part: str = "") -> str:
        return join_path([*(level.path_part for level in self.levels[:depth]), path_part])
