"""Where bubblewrap is not used: loads the zygote's own filter and becomes the zygote.

Usage: launcher.py FILTER_FD COMMAND [ARG ...]. Standard library only; started with an empty environment.
"""

import ctypes
import os
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 38, 22


class SockFprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def main() -> None:
    fd, command = int(sys.argv[1]), sys.argv[2:]
    program = bytearray()
    while data := os.read(fd, 65536):
        program += data
    os.close(fd)
    os.closerange(4, 1024)
    buffer = (ctypes.c_char * len(program)).from_buffer(program)
    fprog = SockFprog(len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, 2, ctypes.byref(fprog), 0, 0)):
        if libc.prctl(*arguments) != 0:
            sys.exit(f"prctl({arguments[0]}): {os.strerror(ctypes.get_errno())}")
    os.execv(command[0], command)


main()
