"""Runs a program on a kernel that seems to lack a system call: `refusing-kernel.py NUMBER ERRNO COMMAND [ARG ...]`."""

import ctypes
import os
import struct
import sys

number, errno = int(sys.argv[1]), int(sys.argv[2])
# Load the number; if it is this one, answer with the error; else allow.
program = (
    struct.pack("<HBBI", 0x20, 0, 0, 0)
    + struct.pack("<HBBI", 0x15, 0, 1, number)
    + struct.pack("<HBBI", 0x06, 0, 0, 0x00050000 | errno)
    + struct.pack("<HBBI", 0x06, 0, 0, 0x7FFF0000)
)


class SockFprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(SockFprog(4, program)), 0, 0) == 0
os.execv(sys.argv[3], sys.argv[3:])
