"""The floor for Python: forks a warmed interpreter for each run and waits for it. No isolation, no channel to the run.

Usage: floor.py PRELOAD.json. A JSON question a line on descriptor 0, an answer on 3; stdout should be /dev/null.
"""
from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time

ANSWERS = 3


def run_program(code: str, inputs_json: str) -> str:
    """The least that any runner of such programs does: parse, compile, call, write."""
    names: dict = {"__name__": "__main__"}
    inputs = json.loads(inputs_json)
    exec(compile(code, "main.py", "exec"), names)
    return json.dumps(names["main"](**inputs), ensure_ascii=False, separators=(",", ":"))


def fork_run(question: dict) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        gc.enable()
        result = run_program(question["code"], question["inputs"])
        sys.stdout.flush()
        status = 0 if result.startswith(question["expect"]) else 2
    finally:
        os._exit(status)


def measure(question: dict) -> dict:
    runs, at_once = question["runs"], question["atOnce"]
    began, times, failed, started = {}, [], 0, 0
    first = time.perf_counter()
    while started < runs or began:
        while started < runs and len(began) < at_once:
            at = time.perf_counter()
            began[fork_run(question)] = at
            started += 1
        pid, status, _ = os.wait4(-1, 0)
        times.append((time.perf_counter() - began.pop(pid)) * 1000)
        failed += status != 0
    return {"times": times, "totalMs": (time.perf_counter() - first) * 1000, "failed": failed}


def convert(question: dict) -> dict:
    """What serialising and parsing cost by themselves."""
    times = []
    for _ in range(question["runs"]):
        began = time.perf_counter()
        json.dumps(json.loads(question["inputs"]), ensure_ascii=False, separators=(",", ":"))
        times.append((time.perf_counter() - began) * 1000)
    return {"times": times}


def try_once(question: dict) -> dict:
    """In a fork, too: this interpreter stays as it was. The answer comes through a pipe, for the host to check."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with os.fdopen(write_end, "w") as pipe:
                pipe.write(run_program(question["code"], question["inputs"]))
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        result = pipe.read()
    os.waitpid(pid, 0)
    return {"result": result}


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the host ends us by closing our input
    with open(sys.argv[1]) as preload:
        for name in json.load(preload):
            importlib.import_module(name)
    run_program("def main(a):\n    print('x')\n    return {'a': [a, 1.5, None]}", '{"a": "b"}')
    kinds = {"measure": measure, "convert": convert, "try": try_once}
    gc.collect()
    gc.freeze()
    gc.disable()
    for line in sys.stdin:
        question = json.loads(line)
        os.write(ANSWERS, json.dumps(kinds[question["kind"]](question)).encode() + b"\n")


main()
