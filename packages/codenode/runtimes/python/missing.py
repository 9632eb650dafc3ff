"""What to say about an import that is not installed."""
from __future__ import annotations

import sys

from messages import Failure, shorten

# Packages that are imported by another name than they are installed by.
_ALIASES = {
    "attr": "attrs", "bs4": "beautifulsoup4", "Crypto": "pycryptodome", "cv2": "opencv-python-headless", "dateutil": "python-dateutil",
    "docx": "python-docx", "dotenv": "python-dotenv", "faiss": "faiss-cpu", "fitz": "pymupdf", "git": "gitpython", "google": "google-api-python-client",
    "jwt": "pyjwt", "magic": "python-magic", "MySQLdb": "mysqlclient", "OpenSSL": "pyopenssl", "PIL": "pillow", "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary", "serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn", "slugify": "python-slugify",
    "usb": "pyusb", "yaml": "pyyaml", "zmq": "pyzmq",
}  # fmt: skip
_MAX_CLOSE = 5
_SHORTEST = 4
# `typer` is a package, and no slip of `types`.
_SHORTEST_OF_LIBRARY = 6
_distributions: dict[str, str] = {}
_ADD = "The operator can add it by `codenode packages install`, which installs the standard packages and those in codenode.yaml: `{name}` under `packages.python`."


def remember_packages(package_names: dict[str, str]) -> None:
    """Installed packages: import name → the name that they are installed by."""
    _distributions.clear()
    _distributions.update(package_names)


def describe_missing(module: str, reason: str) -> Failure:
    """`reason` is the text of the exception."""
    top = module.partition(".")[0]
    if top in _distributions or top in sys.stdlib_module_names:
        message = f"{reason}. The package {top} is there, but it has no module {module}."
        return Failure("module_not_found", message, details={"module": module, "close": []}, hint=f"Look up in the docs of {top} where it is.")
    close = close_names(top)
    message = f"{reason}. The package {shorten(top, 100)} is not installed"
    message += f" (it comes with {_ALIASES[top]})." if top in _ALIASES else "."
    if close:
        message += f" Did you mean {' or '.join(repr(name) for name in close)}?"
    hint = _ADD.format(name=_ALIASES.get(top, shorten(top, 100)))
    if close:
        hint = f"Import `{close[0]}` if it is meant. {hint}"
    details: dict[str, object] = {"module": shorten(module, 200), "close": close}
    return Failure("module_not_found", message, details=details, hint=hint)


def close_names(name: str) -> list[str]:
    """Names that can be imported and that this one is likely a slip of; first those of packages that are installed by it."""
    wanted = _normal(name)
    # A name that is known to be another package's is no slip of a module of Python's.
    library = [] if name in _ALIASES else sorted(name for name in sys.stdlib_module_names if name[0] != "_")
    installed_as = [import_name for import_name, distribution in _distributions.items() if _normal(distribution) == wanted]
    alike = [one for one, distribution in _distributions.items() if is_slip(wanted, _normal(one)) or is_slip(wanted, _normal(distribution))]
    alike += [module for module in library if is_slip(wanted, _normal(module), shortest_replaced=_SHORTEST_OF_LIBRARY)]
    return list(dict.fromkeys([*installed_as, *alike]))[:_MAX_CLOSE]


def is_slip(wanted: str, name: str, shortest_replaced: int = _SHORTEST) -> bool:
    """Whether one character lacks, is too many or wrong, or two neighbours are swapped. A short name is too soon another one."""
    if wanted == name:
        return True
    longer, shorter = (wanted, name) if len(wanted) >= len(name) else (name, wanted)
    if len(shorter) < _SHORTEST or len(longer) - len(shorter) > 1:
        return False
    at = next((index for index, pair in enumerate(zip(longer, shorter)) if pair[0] != pair[1]), len(shorter))
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    is_swapped = longer[at : at + 2] == shorter[at : at + 2][::-1] and longer[at + 2 :] == shorter[at + 2 :]
    return is_swapped or (len(name) >= shortest_replaced and longer[at + 1 :] == shorter[at + 1 :])


def _normal(name: str) -> str:
    return name[:100].lower().replace("-", "").replace("_", "")
