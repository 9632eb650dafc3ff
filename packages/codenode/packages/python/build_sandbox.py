"""Builds a wheel from source in a sandbox: its code runs, so it gets no network, no files of the host but the system's own
programs, and an end."""
from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

_SECONDS = 300
_MEMORY_BYTES = 4 << 30
_FILE_BYTES = 1 << 30
_ONLY_SOURCE = "it is published as source only"
_ERROR = re.compile(r"^\W*((?:[\w.]*(?:Error|Exception)|error): \S+ .+)$", re.MULTILINE)


class BuildFailed(Exception):
    """With what to tell the operator."""


def build_wheel(source: Path, tools: Path, work: Path) -> Path:
    """`tools`: wheels of what it is built with."""
    bubblewrap = shutil.which(os.environ.get("CODENODE_BWRAP") or "bwrap")
    if bubblewrap is None:
        raise BuildFailed(f"{_ONLY_SOURCE}, and building it needs bubblewrap.")
    out = work / "out"
    out.mkdir()
    pip = [sys.executable, "-I", "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-cache-dir", "--find-links", "/tools", "--wheel-dir", "/out"]
    places = ["--ro-bind", str(tools), "/tools", "--ro-bind", str(source), f"/source/{source.name}", "--bind", str(out), "/out"]
    command = [bubblewrap, *sandbox_arguments(), *places, "--", *pip, f"/source/{source.name}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, preexec_fn=limit, check=False)
    except subprocess.TimeoutExpired as cause:
        raise BuildFailed(f"{_ONLY_SOURCE}, and building it took longer than {_SECONDS} s.") from cause
    print(done.stdout, done.stderr, sep="\n")
    built = sorted(out.glob("*.whl"))
    if done.returncode or not built:
        raise BuildFailed(f"{_ONLY_SOURCE}, and it cannot be built here without network and compiler: {last_error(done.stderr)}")
    return built[0]


def sandbox_arguments() -> list[str]:
    system = [folder for folder in ("/usr", "/bin", "/lib", "/lib32", "/lib64") if os.path.exists(folder)]
    # The interpreter and its environment, wherever they are.
    folders = dict.fromkeys([*system, sys.base_prefix, sys.prefix])
    return [
        *["--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
        *["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"],
        *["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8"],
        # No compiler: what it makes would be for this machine alone, and the wheel is refused.
        *["--setenv", "CC", "/nonexistent", "--setenv", "CXX", "/nonexistent"],
        *["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
        *[argument for folder in folders for argument in ("--ro-bind", folder, folder)],
        *[argument for file in authorities() for argument in ("--ro-bind-try", file, file)],
        *["--chdir", "/tmp"],
    ]


def authorities() -> list[str]:
    """The list of certificate authorities of this pip, which some versions read at their start, network or not. Debian's pip has
    the system's in place of its own."""
    try:
        from pip._vendor.certifi import where
    except ImportError:  # A pip that has it elsewhere.
        return []
    return [where()]


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))


def last_error(text: str) -> str:
    """What the source's own tools said, and not what pip says of it."""
    found = [it for it in _ERROR.findall(text) if "exited-with-error" not in it and "failed-wheel-build" not in it]
    return (found[-1] if found else "see the output above")[:300]
