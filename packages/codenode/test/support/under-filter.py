"""Runs a program under a seccomp filter: `under-filter.py FILTER_FILE COMMAND [ARG ...]`."""

import ctypes
import os
import sys


class SockFprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


with open(sys.argv[1], "rb") as file:
    program = file.read()
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(SockFprog(len(program) // 8, program)), 0, 0) == 0
os.execvp(sys.argv[2], sys.argv[2:])
