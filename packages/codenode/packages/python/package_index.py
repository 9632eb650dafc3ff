"""What an index has of a package, as pip's own settings find it. Nothing of a package is run."""
from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pip._internal.commands import create_command
from pip._internal.models.target_python import TargetPython
from pip._internal.req.constructors import install_req_from_line
from pip._internal.req.req_file import parse_requirements

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Published:
    """The newest version that a requirement allows, as a wheel for this Python or as source."""

    name: str
    version: str
    link: object
    session: object

    @property
    def is_source(self) -> bool:
        return not self.link.is_wheel  # type: ignore[attr-defined]  a link of pip's

    def download(self, folder: Path) -> Path:
        """Checked against the hash that the index tells."""
        link = self.link
        file = folder / link.filename  # type: ignore[attr-defined]  see above
        answer = self.session.get(link.url_without_fragment, stream=True, headers={"Accept-Encoding": "identity"})  # type: ignore[attr-defined]  see above
        answer.raise_for_status()
        with open(file, "wb") as out:
            for chunk in answer.iter_content(_CHUNK):
                out.write(chunk)
        kind, wanted = link.hash_name, link.hash  # type: ignore[attr-defined]  see above
        if kind and hashlib.new(kind, file.read_bytes()).hexdigest() != wanted:
            raise LookupError(f"what was downloaded is not what the index lists ({kind}).")
        return file


def look_up(requirement: str, constraints: Path) -> Published:
    """Raises LookupError with what to tell the operator."""
    parsed = install_req_from_line(requirement).req
    command = create_command("index")
    options, _ = command.parse_args(["versions", parsed.name])
    with command.main_context():
        session = command._build_session(options)
        finder = command._build_package_finder(options, session, TargetPython())
        candidates = [it for it in finder.find_all_candidates(parsed.name) if not it.link.is_yanked]
    if not candidates:
        raise LookupError("no such package is on the index, or none for this Python and machine.")
    fixed = read_constraints(constraints, session).get(normalize(parsed.name))
    if fixed is not None and not any(parsed.specifier.contains(it.version) and fixed.contains(it.version) for it in candidates):
        raise LookupError(f"the standard set has {parsed.name}{fixed}, which stays.")
    fitting = [it for it in candidates if parsed.specifier.contains(it.version) and (fixed is None or fixed.contains(it.version))]
    if not fitting:
        versions = ", ".join(str(it) for it in sorted({it.version for it in candidates})[-5:])
        raise LookupError(f"no version is {parsed.specifier}; the newest are {versions}.")
    # An older wheel comes before a newer source, as pip is told to take wheels alone.
    chosen = max(fitting, key=lambda it: (it.link.is_wheel, it.version))
    return Published(parsed.name, str(chosen.version), chosen.link, session)


def read_constraints(file: Path, session: object) -> dict[str, object]:
    lines = parse_requirements(str(file), session=session) if file.exists() else []  # type: ignore[arg-type]  a session of pip's
    found = (install_req_from_line(line.requirement.split(" --hash")[0]).req for line in lines)
    return {normalize(req.name): req.specifier for req in found if req is not None}


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
