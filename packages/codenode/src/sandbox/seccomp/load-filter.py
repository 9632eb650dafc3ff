"""Loads seccomp filters in forked children and shows what is left to them; for load-filter.test.ts.

Standard input: the zygote's filter, then the child's. Arguments: the machine's system call numbers by name, as JSON, the
length of the first filter in bytes, then the offsets of the process id in the second. Standard output: one JSON object.
"""

import ctypes
import fcntl
import json
import mmap
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
SYS = {**json.loads(sys.argv[1]), "newer": 1000, "x32_getpid": 0x40000027}

libc = ctypes.CDLL(None, use_errno=True)
WORD = ctypes.c_uint32(0)


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def load(filter_bytes: bytes, pid_offsets: list[int]) -> float:
    """Fills in the caller's process id, loads the filter and tells how many microseconds the kernel took."""
    patched = bytearray(filter_bytes)
    for offset in pid_offsets:
        struct.pack_into("<I", patched, offset, os.getpid())
    program = Program(len(patched) // 8, bytes(patched))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    before = time.perf_counter_ns()
    result = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    microseconds = (time.perf_counter_ns() - before) / 1000
    if result != 0:
        raise OSError(ctypes.get_errno(), "the filter was not loaded")
    return microseconds


def outcome(action) -> object:
    """What the action gave: `ok`, or the number of its error."""
    try:
        action()
        return "ok"
    except OSError as error:
        return error.errno


def call(*arguments) -> None:
    """A raw system call; a refusal raises."""
    if libc.syscall(*(ctypes.c_long(one) for one in arguments)) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def in_thread() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join()
    if not done.is_set():
        raise OSError(0, "the thread did not run")


def over_socketpair() -> None:
    left, right = socket.socketpair()
    left.send(b"x")
    if right.recv(1) != b"x":
        raise OSError(0, "nothing arrived")


def signal_self() -> None:
    signal.signal(signal.SIGUSR1, lambda *_: None)
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)


def attempts() -> dict[str, object]:
    tries = {
        "fork": os.fork,
        "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "raw clone of a process": lambda: call(SYS["clone"], signal.SIGCHLD, 0, 0, 0, 0),
        "clone3": lambda: call(SYS["clone3"], 0, 0),
        "socket": socket.socket,
        "unix socket": lambda: socket.socket(socket.AF_UNIX),
        "open for reading": lambda: os.close(os.open("/", os.O_RDONLY)),
        "open for writing": lambda: open("/dev/null", "w"),
        "create": lambda: os.open("/tmp/never", os.O_CREAT | os.O_RDONLY),
        "unnamed file": lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR),
        "write flag behind a high bit": lambda: call(SYS["openat"], -100, 0, 1 << 32 | os.O_WRONLY),
        "openat2": lambda: call(SYS["openat2"], -100, 0, 0, 0),
        "io_uring": lambda: call(SYS["io_uring_setup"], 1, 0),
        "newer than the table": lambda: call(SYS["newer"]),
        "kill the parent": lambda: os.kill(os.getppid(), 0),
        "kill the group": lambda: os.kill(0, 0),
        "kill everybody": lambda: os.kill(-1, 0),
        "signal itself": signal_self,
        "limit of another process": lambda: call(SYS["prlimit64"], 1, 7, 1, 0),
        "read a limit": lambda: resource.getrlimit(resource.RLIMIT_NOFILE),
        "lock": lambda: fcntl.flock(0, fcntl.LOCK_SH),
        "memfd": lambda: os.memfd_create("x"),
        "shared memory": lambda: mmap.mmap(-1, 4096).close(),
        "private memory": lambda: mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close(),
        "thread": in_thread,
        "thread with descriptors of its own": lambda: call(SYS["clone"], 0x3D0F00 & ~0x400, 0, 0, 0, 0),
        "out-of-band data": lambda: socket.socketpair()[0].send(b"x", socket.MSG_OOB),
        "lock with priority inheritance": lambda: call(SYS["futex"], ctypes.addressof(WORD), 6, 0, 0, 0, 0),
        "clock of the parent": lambda: time.clock_gettime(~os.getppid() << 3 | 2),
        "clock of a thread": lambda: time.clock_gettime(time.pthread_getcpuclockid(threading.get_ident())),
        "group of the parent": lambda: os.getpgid(os.getppid()),
        "own group": lambda: (os.getpgid(0), os.getpgid(os.getpid()), os.getpriority(os.PRIO_PROCESS, 0)),
        "uncached reading": lambda: os.open("/usr", os.O_RDONLY | os.O_DIRECT),
        "folder as such": lambda: os.close(os.open("/usr", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)),
        "close many": lambda: call(SYS["close_range"], 60, 0xFFFFFFFF, 0),
        "close many apart": lambda: call(SYS["close_range"], 60, 0xFFFFFFFF, 2),
        "socketpair": over_socketpair,
        "sleep": lambda: time.sleep(0.001),
    }
    return {name: outcome(action) for name, action in tries.items()}


def in_child(work) -> tuple[object, int]:
    """Runs `work` in a fork of this process; its result as JSON, and the child's wait status."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        # However it ends, a child must not go on as a second parent.
        try:
            os.write(writer, json.dumps(work()).encode())
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        text = pipe.read()
    status = os.waitpid(pid, 0)[1]
    return (json.loads(text) if text else None), status


def main() -> None:
    zygote_bytes, *offsets = (int(one) for one in sys.argv[2:])
    both = sys.stdin.buffer.read()
    zygote, child = both[:zygote_bytes], both[zygote_bytes:]

    def locked_down() -> float:
        load(zygote, [])
        return load(child, offsets)

    times = sorted(in_child(locked_down)[0] for _ in range(101))
    attempted, _ = in_child(lambda: (locked_down(), attempts())[1])
    _, x32 = in_child(lambda: (locked_down(), call(SYS["x32_getpid"]))[1])
    json.dump({"loadUs": times[50], "attempts": attempted, "x32Signal": os.WTERMSIG(x32)}, sys.stdout)


main()
