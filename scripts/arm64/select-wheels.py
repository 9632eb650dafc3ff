"""Reads a list of pip's requirements and writes those that hold for CPython of a version on 64-bit Arm Linux, without conditions."""

import re
import sys

# Wherever pip is, this is too.
from pip._vendor.packaging.markers import Marker

version = sys.argv[1]
machine = {
    "implementation_name": "cpython",
    "implementation_version": f"{version}.0",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    # Newer than every last part that a list names.
    "python_full_version": f"{version}.99",
    "python_version": version,
    "sys_platform": "linux",
}
# A requirement goes over several lines, each but the last with a backslash at its end.
for entry in re.split(r"(?<!\\)\n", sys.stdin.read()):
    requirement, *hashes = entry.split("\\\n")
    name, _, condition = requirement.partition(";")
    if not condition.strip() or Marker(condition.strip()).evaluate(machine):
        print("\\\n".join([name + " " if hashes else name, *hashes]))
