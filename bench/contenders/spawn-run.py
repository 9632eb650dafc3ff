"""A run in a Python of its own: what a product writes that just spawns an interpreter. Usage: spawn-run.py [MODULE ...]."""
import importlib
import json
import os
import sys

for name in sys.argv[1:]:
    importlib.import_module(name)
program = json.load(sys.stdin)
names: dict = {"__name__": "__main__"}
exec(compile(program["code"], "main.py", "exec"), names)
result = json.dumps(names["main"](**program["inputs"]), ensure_ascii=False)
with os.fdopen(3, "w", encoding="utf-8") as answer:
    answer.write(result)
