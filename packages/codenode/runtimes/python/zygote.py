"""The Python zygote: warms an interpreter, then forks one child for each run. It never sees user data.

Started by `sandbox/zygote.ts`; the messages are in docs/protocol.md. Descriptor 3 is the control channel.
"""

from __future__ import annotations

import _socket
import base64
import ctypes
import functools
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
from dataclasses import dataclass, field
from typing import Callable

import channel
import first_use
import fresh
import harness
import lockdown
import memory
import refusing
import watching
import without_files
from messages import read_json

# In the zygote; in a child the same number is the run channel.
CONTROL_FD = RUN_FD = 3
# Not os.fork: in the child it renews locks of threading, logging and others, which touches some hundred pages and takes a
# fifth of a short run. A zygote has a single Python thread, which holds the interpreter and no lock, so they are sound as
# they are. PyDLL keeps the interpreter's lock held, as os.fork does.
raw_fork = ctypes.PyDLL(None, use_errno=True).fork

@dataclass
class Zygote:
    start: dict
    policy: lockdown.Policy
    own_pid_namespace: int
    reseed: Callable[[], None]
    poller: select.poll = field(default_factory=select.poll)
    children: dict[str, tuple[int, int]] = field(default_factory=dict)
    networks: dict[int, int] = field(default_factory=dict)
    by_pidfd: dict[int, str] = field(default_factory=dict)


def say(**message: object) -> None:
    os.write(CONTROL_FD, json.dumps(message).encode() + b"\n")


def read_line(pending: bytearray) -> dict | None:
    """Blocks for one message; None when the host has closed the channel."""
    while (end := pending.find(b"\n")) < 0:
        data = os.read(CONTROL_FD, 65536)
        if not data:
            return None
        pending += data
    line = bytes(pending[:end])
    del pending[: end + 1]
    return read_json(line.decode())


def warm(start: dict) -> dict:
    without_files.prepare()
    refusing.prepare()
    arenas = memory.gather_arenas()
    failed = []
    loaded = []
    for name in start["preload"]:
        try:
            importlib.import_module(name)
            loaded.append(name)
        except BaseException as error:  # an operator's package may raise anything; the host decides what it means
            failed.append({"name": name, "message": f"{type(error).__name__}: {error}"[:500]})
    without_files.repair()
    failed += first_use.use_packages()
    gc.collect()
    del arenas
    gc.collect()
    watching.watch()
    harness.prepare(start["packages"], channel.Channel(RUN_FD))
    return {"version": sys.version.split()[0], "preloaded": loaded, "preloadFailed": failed}


def prepare(start: dict) -> Zygote:
    places = start["readable"], start["listable"]
    landlock_fd, abi = lockdown.build_landlock(*places, [])
    seccomp, with_tmp = start["seccomp"], start["seccompWithTmp"]
    program, pid_offsets = bytearray(base64.b64decode(seccomp["program"])), seccomp["pidOffsets"]
    policy = lockdown.Policy(start["namespaces"], *places, landlock_fd, abi, program, pid_offsets)
    if with_tmp:
        policy.allow_tmp(bytearray(base64.b64decode(with_tmp["program"])), with_tmp["pidOffsets"])
    return Zygote(start, policy, os.pidfd_open(os.getpid()) if start["namespaces"] else -1, fresh.make_reseed())


# After a fork, each page that zygote or child writes to first, if only to count a reference, is copied: a third of a short
# run. So what happens in every run touches little: messages are templates, and sockets are those that `socket` is built on.
EXITED = b'{"exited":{"id":"%b","exitCode":%b,"signal":%b,"cpuUs":%d,"maxRssKb":%d}}\n'
RAW_GREETING = b'{"child":"%b","stream":"%b"}'
GREETING = b'{"child":"%b","stream":"channel","layers":%b,"baseline":{"cpuUs":%d,"maxRssKb":%d}}'


def connect(address: str) -> int:
    connection = _socket.socket(1, 1)  # AF_UNIX, SOCK_STREAM
    connection.connect(address)
    return connection.detach()


def become_child(zygote: Zygote, order: dict) -> bool:
    """Turns the fork into a locked-down child with four descriptors: 0 empty, 1 and 2 raw output, 3 the run channel."""
    child = order["fork"].encode()
    address = zygote.start["socket"]
    run, out, err = connect(address), connect(address), connect(address)
    os.write(out, channel.frame_bytes(channel.HELLO, RAW_GREETING % (child, b"stdout")))
    os.write(err, channel.frame_bytes(channel.HELLO, RAW_GREETING % (child, b"stderr")))
    os.dup2(run, 3)
    os.dup2(out, 1)
    os.dup2(err, 2)
    # An empty input of its own: of an open file that runs share they also share position and flags.
    os.dup2(os.pipe()[0], 0)
    held = lockdown.lock_down(zygote.policy, zygote.networks.get(order["slot"], -1), order.get("uid"), order.get("tmpBytes", 0))
    if order["spare"]:
        harness.get_ready()
    if order.get("tmpBytes"):
        watching.allow_tmp()
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = int((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss
    os.write(3, channel.frame_bytes(channel.HELLO, GREETING % (child, held, *figures)))
    return True


def fork(zygote: Zygote, order: dict) -> bool:
    """Forks; true in the child."""
    child = order["fork"]
    try:
        if zygote.policy.namespaces:
            if order["slot"] not in zygote.networks:
                zygote.networks[order["slot"]] = lockdown.make_network_namespace()
            lockdown.leave_pid_namespace(zygote.own_pid_namespace)
        zygote.reseed()
        pid = lockdown.check(raw_fork(), "fork")
    except OSError as error:
        say(failed={"id": child, "message": str(error)})
        return False
    if pid == 0:
        try:
            return become_child(zygote, order)
        except BaseException as error:
            os.write(2, f"child {child} could not be locked down: {error}\n".encode())
            os._exit(70)
    pidfd = os.pidfd_open(pid)
    zygote.children[child] = (pid, pidfd)
    zygote.by_pidfd[pidfd] = child
    zygote.poller.register(pidfd, select.POLLIN)
    return False


def reap(zygote: Zygote, pidfd: int) -> None:
    child = zygote.by_pidfd.pop(pidfd)
    pid, _ = zygote.children.pop(child)
    zygote.poller.unregister(pidfd)
    os.close(pidfd)
    _, status, used = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    ended = (b"%d" % code, b"null") if code >= 0 else (b"null", b"%d" % -code)
    os.write(CONTROL_FD, EXITED % (child.encode(), *ended, int((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss))


def serve(zygote: Zygote, pending: bytearray) -> bool:
    """The zygote's life: returns true in each child, false when it must end."""
    zygote.poller.register(CONTROL_FD, select.POLLIN)
    while True:
        # First, since more than one message may have come with the last read.
        while b"\n" in pending:
            message = read_line(pending) or {}
            if "fork" in message:
                if fork(zygote, message):
                    return True
            elif "kill" in message and message["kill"] in zygote.children:
                signal.pidfd_send_signal(zygote.children[message["kill"]][1], signal.SIGKILL)
        for fd, _ in zygote.poller.poll():
            if fd != CONTROL_FD:
                reap(zygote, fd)
                continue
            data = os.read(CONTROL_FD, 65536)
            if not data:
                return False
            pending += data


def end(zygote: Zygote) -> None:
    for pid, pidfd in zygote.children.values():
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.waitpid(pid, 0)


def main() -> None:
    pending = bytearray()
    first = read_line(pending)
    if first is None:
        return
    start = first["start"]
    try:
        facts = warm(start)
        zygote = prepare(start)
    except Exception as error:  # whatever it is, the start is refused and the host must hear why
        say(refused={"message": f"{type(error).__name__}: {error}"})
        return
    say(warmed={**facts, "landlockAbi": zygote.policy.landlock_abi})
    serving = read_line(pending)
    if serving is None:
        return
    zygote.policy.memory_bytes = serving["serve"]["memoryBytes"]
    zygote.policy.limit(serving["serve"]["rlimits"])
    memory.settle(serving["serve"]["hugeData"])
    if not serve(zygote, pending):
        end(zygote)
        return
    gc.enable()
    harness.serve(functools.partial(lockdown.lower_limits, zygote.policy))


if __name__ == "__main__":
    main()
