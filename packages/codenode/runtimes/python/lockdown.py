"""What a forked child gives up before it reads any user data, and the wait for nobody to give it back.

Every step raises `LockdownError` when the kernel refuses it: a child that cannot lock itself down dies unused.
The order matters: namespaces need the capabilities that a later step drops, Landlock must come before the
system-call filter that forbids it, and the filter is last.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
from dataclasses import dataclass, field

CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWNS = 0x20000000, 0x40000000, 0x20000
MS_NOSUID_NODEV_NOEXEC = 14
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_SET_NO_NEW_PRIVS = 38
# The same numbers on x86_64 and aarch64.
SYS_CLOSE_RANGE, SYS_LANDLOCK_CREATE, SYS_LANDLOCK_ADD, SYS_LANDLOCK_RESTRICT = 436, 444, 445, 446
SIOCGSKNS = 0x894C  # the network namespace of a socket, as a descriptor
# Below the service and the zygote, so that a fork never waits for runs; `sandbox/process/priority.ts` lowers it further.
NICENESS = 5
LANDLOCK_READ_FILE, LANDLOCK_READ_DIR, LANDLOCK_RULE_PATH_BENEATH = 1 << 2, 1 << 3, 1
# Read, write, list, remove, and make folders, files and symbolic links; move between folders (from ABI 2), truncate (ABI 3).
LANDLOCK_CHANGE = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 12
LANDLOCK_REFER, LANDLOCK_TRUNCATE = 1 << 13, 1 << 14
TMP = "/tmp"
# Each file takes memory of the kernel's beside its content.
FILES_PER_MEBIBYTE = 64

RLIMITS = {
    "as": resource.RLIMIT_AS, "core": resource.RLIMIT_CORE, "cpu": resource.RLIMIT_CPU, "data": resource.RLIMIT_DATA,
    "fsize": resource.RLIMIT_FSIZE, "memlock": resource.RLIMIT_MEMLOCK, "msgqueue": resource.RLIMIT_MSGQUEUE,
    "nice": resource.RLIMIT_NICE, "nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC,
    "rtprio": resource.RLIMIT_RTPRIO, "sigpending": resource.RLIMIT_SIGPENDING,
}  # fmt: skip
# What a zygote cannot take on itself: it has run for longer, keeps more open and has all its children.
OWN_LIMITS = {"cpu", "fsize", "nofile", "nproc"}
# Of a file in /tmp, which is bounded itself.
LARGE_FILE = 1 << 40

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
libc.capset  # noqa: B018  looked up here, since the first use of a name builds its function


class LockdownError(OSError):
    """A layer could not be put in place; the text names it."""


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("access", ctypes.c_uint64), ("fd", ctypes.c_int32)]


class _SockFprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


@dataclass
class Policy:
    """What `sandbox/control.ts` sends in `start`, prepared once in the zygote so that a child only has to apply it."""

    namespaces: bool
    readable: list[str]
    listable: list[str]
    landlock_fd: int
    landlock_abi: int
    program: bytearray
    pid_offsets: list[int]
    rlimits: dict[str, int] = field(default_factory=dict)
    # What the server allows a run to add; with the rlimits it gives the zygote's own size.
    memory_bytes: int = 0
    # The zygote's own, which its children may not be above.
    niceness: int = field(default_factory=lambda: os.getpriority(os.PRIO_PROCESS, 0))
    # The layers as `hello` names them, in JSON.
    held: dict[bool, bytes] = field(init=False)

    def __post_init__(self) -> None:
        check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(NO_NEW_PRIVS)")  # its children inherit it
        if self.namespaces:
            _set_pid(self.program, self.pid_offsets, 1)
        self.filter = _filter_argument(self.program)
        self.filter_with_tmp: object = None
        self.capabilities = ctypes.byref(_CapHeader(0x20080522, 0)), ctypes.byref((ctypes.c_uint32 * 6)())
        held = {"landlock": f"abi {self.landlock_abi}", "seccomp": "filter", "capabilities": "none", "rlimits": "set"}
        if self.namespaces:
            held["namespaces"] = "user pid net ipc uts mount cgroup"
        self.held = {False: json.dumps(held).encode(), True: json.dumps({**held, "uid": "own"}).encode()}

    def allow_tmp(self, program: bytearray, pid_offsets: list[int]) -> None:
        """Children may be asked for that have a /tmp; `program` is their filter. Each is pid 1 of a namespace."""
        _set_pid(program, pid_offsets, 1)
        self.filter_with_tmp = _filter_argument(program)

    def limit(self, rlimits: dict[str, int]) -> None:
        """In the zygote, before the first fork: it takes on the limits that do not hinder itself, for its children to inherit."""
        self.rlimits = rlimits
        for name in rlimits.keys() - OWN_LIMITS:
            resource.setrlimit(RLIMITS[name], (rlimits[name], rlimits[name]))


def _set_pid(program: bytearray, offsets: list[int], pid: int) -> None:
    """The filter lets a run send signals to itself alone."""
    for offset in offsets:
        program[offset : offset + 4] = pid.to_bytes(4, "little")


def _filter_argument(program: bytearray) -> object:
    """What `prctl` takes; it holds on to the program."""
    buffer = (ctypes.c_char * len(program)).from_buffer(program)
    fprog = _SockFprog(len(program) // 8, ctypes.addressof(buffer))
    fprog.buffer = buffer
    return ctypes.byref(fprog)


def check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise LockdownError(code, f"{what}: {os.strerror(code)}")
    return result


def landlock_abi() -> int:
    """The kernel's Landlock version, 0 where there is none."""
    return max(0, libc.syscall(SYS_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1)))


def build_landlock(readable: list[str], listable: list[str], writable: list[str]) -> tuple[int, int]:
    """Makes a rule set: it handles all that this kernel knows, allows reading `readable`, the names of what is in `listable`, and
    making and changing files below `writable`."""
    abi = landlock_abi()
    if abi == 0:
        raise LockdownError(38, "Landlock is not available on this kernel")
    file_rights = (1 << 13 if abi < 2 else 1 << 14 if abi < 3 else 1 << 15 if abi < 5 else 1 << 16) - 1
    attr = _Ruleset(file_rights, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = check(libc.syscall(SYS_LANDLOCK_CREATE, ctypes.byref(attr), ctypes.c_size_t(size), 0), "landlock_create_ruleset")
    change = LANDLOCK_CHANGE | (LANDLOCK_REFER if abi >= 2 else 0) | (LANDLOCK_TRUNCATE if abi >= 3 else 0)
    for path in [*readable, *listable, *writable]:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights = (LANDLOCK_READ_FILE if path in readable else 0) | (LANDLOCK_READ_DIR if os.path.isdir(path) else 0)
        rule = _PathBeneath(change if path in writable else rights, fd)
        check(libc.syscall(SYS_LANDLOCK_ADD, ruleset, LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(rule), 0), f"landlock rule for {path}")
        os.close(fd)
    # Far above what a child keeps, so that it can close everything around it in two calls.
    high = fcntl.fcntl(ruleset, fcntl.F_DUPFD_CLOEXEC, 512)
    os.close(ruleset)
    return high, abi


def mount_tmp(size: int, uid: int | None) -> None:
    """In the child, while it has the zygote's capability: a /tmp of its own, in memory, which ends with it.

    In a user namespace of its own, in which it has no user id, it could make no file there.
    """
    check(libc.unshare(CLONE_NEWNS), "unshare(mount)")
    files = max(1, size >> 20) * FILES_PER_MEBIBYTE
    owner = "" if uid is None else f",uid={uid},gid={uid}"
    options = f"size={size},nr_inodes={files},mode=0700{owner}"
    check(libc.mount(b"tmpfs", TMP.encode(), b"tmpfs", MS_NOSUID_NODEV_NOEXEC, options.encode()), "mount(/tmp)")


def leave_pid_namespace(own_pid_namespace: int) -> None:
    """In the zygote, before each fork: the next child becomes pid 1 of a namespace of its own."""
    check(libc.setns(own_pid_namespace, CLONE_NEWPID), "setns(own pid namespace)")
    check(libc.unshare(CLONE_NEWPID), "unshare(pid)")


def make_network_namespace() -> int:
    """In the zygote: a network namespace with nothing in it, not even a working loopback, as a descriptor.

    A child enters the one of its slot, which takes microseconds; making one takes half a millisecond. Children that are
    alive at once never share one, and the dead leave nothing in it: nobody has a capability over it.
    """
    check(libc.unshare(CLONE_NEWNET), "unshare(net)")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as inside:
        return fcntl.ioctl(inside, SIOCGSKNS)


def lock_down(policy: Policy, network: int, uid: int | None, tmp_bytes: int) -> bytes:
    """In the child: applies every layer and returns what holds, as JSON. Descriptors 0 to 3 are kept. `network`: its
    namespace. `tmp_bytes`: the size of its /tmp, 0 for none."""
    if policy.namespaces:
        check(libc.setns(network, CLONE_NEWNET), "setns(net)")
    check(libc.syscall(SYS_CLOSE_RANGE, ctypes.c_uint(4), ctypes.c_uint(policy.landlock_fd - 1), 0), "close_range")
    ruleset, program = policy.landlock_fd, policy.filter
    if tmp_bytes:
        if policy.filter_with_tmp is None:
            raise LockdownError(1, "no run may have a /tmp")
        mount_tmp(tmp_bytes, uid)
        ruleset, program = build_landlock(policy.readable, policy.listable, [TMP])[0], policy.filter_with_tmp
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if policy.namespaces:
        check(libc.unshare(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWUTS), "unshare(user, ipc, uts)")
    for name in OWN_LIMITS & policy.rlimits.keys():
        limit = LARGE_FILE if tmp_bytes and name == "fsize" else policy.rlimits[name]
        resource.setrlimit(RLIMITS[name], (limit, limit))
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, policy.niceness))
    check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl(PDEATHSIG)")
    check(libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl(DUMPABLE)")
    check(libc.capset(*policy.capabilities), "capset")  # none; this empties the ambient set, too
    check(libc.syscall(SYS_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    check(libc.syscall(SYS_CLOSE_RANGE, policy.landlock_fd, ctypes.c_uint(0xFFFFFFFF), 0), "close_range")
    if not policy.namespaces:
        _set_pid(policy.program, policy.pid_offsets, os.getpid())
        os.chdir("/")  # away from the host's folder that holds its socket, whose name is no concern of a run
    check(libc.prctl(PR_SET_SECCOMP, 2, program, 0, 0), "prctl(SECCOMP)")
    return policy.held[uid is not None]


def lower_limits(policy: Policy, asked: dict[str, int]) -> None:
    """In the child, with the program: a node's own limits, never above the server's. The kernel refuses raising them."""
    less = policy.memory_bytes - min(policy.memory_bytes, asked["memoryBytes"])
    wanted = {"cpu": asked["cpuSeconds"], "nproc": asked["threads"], "nofile": asked["openFiles"]}
    for name, value in policy.rlimits.items():
        limit = value - less if name in ("data", "as") else min(value, wanted.get(name, value))
        if limit != value:
            resource.setrlimit(RLIMITS[name], (limit, limit))
