"""The Python zygote: warms an interpreter, then forks one child for each run. It never sees user data.

Started by `sandbox/zygote.ts`; the messages are in docs/protocol.md. Descriptor 3 is the control channel.
"""

from __future__ import annotations

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
import socket
import sys
from dataclasses import dataclass, field

import channel
import fresh
import harness
import lockdown
import without_files

CONTROL_FD = 3
# Not os.fork: in the child it renews locks of threading, logging and others, which touches some hundred pages and takes a
# fifth of a short run. A zygote has a single Python thread, which holds the interpreter and no lock, so they are sound as
# they are. PyDLL keeps the interpreter's lock held, as os.fork does.
raw_fork = ctypes.PyDLL(None, use_errno=True).fork

@dataclass
class Zygote:
    start: dict
    policy: lockdown.Policy
    own_pid_namespace: int
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
    return json.loads(line)


def warm(start: dict) -> dict:
    failed = []
    loaded = []
    for name in start["preload"]:
        try:
            importlib.import_module(name)
            loaded.append(name)
        except BaseException as error:  # an operator's package may raise anything; the host decides what it means
            failed.append({"name": name, "message": f"{type(error).__name__}: {error}"[:500]})
    without_files.repair()
    harness.prepare(start["packages"])
    return {"version": sys.version.split()[0], "preloaded": loaded, "preloadFailed": failed}


def settle(collapsible: list[tuple[int, int]]) -> None:
    """Makes forks cheap: nothing for the collector to write to, and huge pages, of which a fork copies fewer entries."""
    gc.collect()
    gc.freeze()
    gc.disable()
    for address, length in collapsible:
        lockdown.collapse(address, length)


def prepare(start: dict) -> Zygote:
    landlock_fd, abi = lockdown.build_landlock(start["readable"], start["listable"])
    program = bytearray(base64.b64decode(start["seccomp"]["program"]))
    policy = lockdown.Policy(start["namespaces"], landlock_fd, abi, program, start["seccomp"]["pidOffsets"])
    return Zygote(start, policy, os.pidfd_open(os.getpid()) if start["namespaces"] else -1)


def connect(start: dict, child: str, stream: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(start["socket"])
    if stream != "channel":
        channel.Channel(connection.fileno()).send(1, json.dumps({"child": child, "stream": stream}).encode())
    return connection


def become_child(zygote: Zygote, order: dict) -> channel.Channel:
    """Turns the fork into a locked-down child with four descriptors: 0 empty, 1 and 2 raw output, 3 the run channel."""
    child = order["fork"]
    opened = [connect(zygote.start, child, stream) for stream in ("channel", "stdout", "stderr")]
    for number, connection in zip((3, 1, 2), opened):
        os.dup2(connection.detach(), number)
    # An empty input of its own: of an open file that runs share they also share position and flags.
    os.dup2(os.pipe()[0], 0)
    layers = lockdown.lock_down(zygote.policy, zygote.networks.get(order["slot"], -1), order.get("uid"))
    if order["spare"]:
        harness.get_ready()
    used = resource.getrusage(resource.RUSAGE_SELF)
    baseline = {"cpuUs": int((used.ru_utime + used.ru_stime) * 1e6), "maxRssKb": used.ru_maxrss}
    run_channel = channel.Channel(3)
    hello = {"child": child, "stream": "channel", "layers": layers, "baseline": baseline}
    run_channel.send(1, json.dumps(hello).encode())
    return run_channel


def fork(zygote: Zygote, order: dict) -> channel.Channel | None:
    """Forks; returns the run channel in the child, None in the zygote."""
    child = order["fork"]
    try:
        if zygote.policy.namespaces:
            if order["slot"] not in zygote.networks:
                zygote.networks[order["slot"]] = lockdown.make_network_namespace()
            lockdown.leave_pid_namespace(zygote.own_pid_namespace)
        fresh.reseed()
        pid = lockdown.check(raw_fork(), "fork")
    except OSError as error:
        say(failed={"id": child, "message": str(error)})
        return None
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
    return None


def reap(zygote: Zygote, pidfd: int) -> None:
    child = zygote.by_pidfd.pop(pidfd)
    pid, _ = zygote.children.pop(child)
    zygote.poller.unregister(pidfd)
    os.close(pidfd)
    _, status, used = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    say(exited={
        "id": child, "exitCode": code if code >= 0 else None, "signal": -code if code < 0 else None,
        "cpuUs": int((used.ru_utime + used.ru_stime) * 1e6), "maxRssKb": used.ru_maxrss,
    })  # fmt: skip


def serve(zygote: Zygote, pending: bytearray) -> channel.Channel | None:
    """The zygote's life: returns None when it must end, a run channel in each child."""
    zygote.poller.register(CONTROL_FD, select.POLLIN)
    while True:
        # First, since more than one message may have come with the last read.
        while b"\n" in pending:
            message = read_line(pending) or {}
            if "fork" in message:
                run_channel = fork(zygote, message)
                if run_channel is not None:
                    return run_channel
            elif "kill" in message and message["kill"] in zygote.children:
                signal.pidfd_send_signal(zygote.children[message["kill"]][1], signal.SIGKILL)
        for fd, _ in zygote.poller.poll():
            if fd != CONTROL_FD:
                reap(zygote, fd)
                continue
            data = os.read(CONTROL_FD, 65536)
            if not data:
                return None
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
    zygote.policy.rlimits = serving["serve"]["rlimits"]
    zygote.policy.memory_bytes = serving["serve"]["memoryBytes"]
    settle(serving["serve"]["collapse"])
    run_channel = serve(zygote, pending)
    if run_channel is None:
        end(zygote)
        return
    gc.enable()
    harness.serve(run_channel, functools.partial(lockdown.lower_limits, zygote.policy))


if __name__ == "__main__":
    main()
