"""Looks up packages that an operator adds before anything is installed, and builds those that are published as source only.

    python sources.py REQUIREMENTS CONSTRAINTS WHEELS      with the pip of the environment that they are for

What is built is pure Python: in a sandbox without network, files of the host or a compiler's product. Wheels come into the
folder WHEELS, with a list of their hashes. Exit 3: something cannot be had; what and why is on the standard error.
"""
from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from build_sandbox import BuildFailed, build_wheel
from package_index import Published, look_up

try:
    import tomllib
except ImportError:  # Python 3.10
    from pip._vendor import tomli as tomllib  # type: ignore[no-redef]  the same functions

# Not 1, which is how Python ends when a newer pip has its inside elsewhere: then pip finds out by itself.
CANNOT_BE_HAD = 3
# What a source is built with where it says nothing itself.
_USUAL_TOOLS = ["setuptools", "wheel"]


def main(requirements: Path, constraints: Path, wheels: Path) -> int:
    wheels.mkdir(exist_ok=True)
    problems: list[str] = []
    hashes: list[str] = []
    for line in read_lines(requirements):
        try:
            published = look_up(line, constraints)
            if published.is_source:
                wheel = build(published, wheels)
                hashes.append(f"{published.name}=={published.version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
        except (LookupError, BuildFailed) as problem:
            problems.append(f"{line}: {problem.args[0]}")
    (wheels / "built.txt").write_text("".join(f"{line}\n" for line in hashes))
    for problem in problems:
        print(problem, file=sys.stderr)
    return CANNOT_BE_HAD if problems else 0


def read_lines(file: Path) -> list[str]:
    lines = (line.strip() for line in file.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def build(published: Published, wheels: Path) -> Path:
    """The wheel of a source, for any Python and machine."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        source = published.download(work)
        tools = work / "tools"
        tools.mkdir()
        download_tools(read_build_requirements(source), tools)
        wheel = build_wheel(source, tools, work)
        if not wheel.name.endswith("-none-any.whl"):
            raise BuildFailed("it is published as source only, and has parts that need a compiler. Add a wheel of it to an index of your own.")
        kept = wheels / wheel.name
        kept.write_bytes(wheel.read_bytes())
        return kept


def read_build_requirements(source: Path) -> list[str]:
    """From its pyproject.toml; nothing of the source is run."""
    text = read_member(source, "pyproject.toml")
    needed = tomllib.loads(text).get("build-system", {}).get("requires") if text else None
    if needed is None:
        return _USUAL_TOOLS
    # Older versions of setuptools ask for it when they are at work.
    return [*needed, "wheel"] if any(it.startswith("setuptools") for it in needed) else needed


def read_member(source: Path, name: str) -> str | None:
    """A file of the archive's own folder."""
    wanted = re.compile(rf"(\./)?[^/]+/{re.escape(name)}")
    if source.suffix == ".zip":
        with zipfile.ZipFile(source) as archive:
            found = next((it for it in archive.namelist() if wanted.fullmatch(it)), None)
            return archive.read(found).decode() if found else None
    with tarfile.open(source) as archive:
        member = next((it for it in archive if it.isfile() and wanted.fullmatch(it.name)), None)
        file = archive.extractfile(member) if member else None
        return file.read().decode() if file else None


def download_tools(requirements: list[str], folder: Path) -> None:
    """Wheels only: none of their code runs."""
    if not requirements:
        return
    command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", str(folder), "--", *requirements]
    if subprocess.run(command, check=False).returncode:
        raise BuildFailed(f"it is published as source only, and what it is built with cannot be had: {', '.join(requirements)}.")


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
