"""What to say about an import that is not installed."""
from __future__ import annotations

import sys
from difflib import get_close_matches

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
_distributions: dict[str, str] = {}


def remember_packages(package_names: dict[str, str]) -> None:
    """Installed packages: import name → the name that they are installed by."""
    _distributions.clear()
    _distributions.update(package_names)


def describe_missing(module: str, reason: str) -> Failure:
    """`reason` is the text of the exception."""
    top = module.partition(".")[0]
    if top in _distributions or top in sys.stdlib_module_names:
        message = f"{reason}. The package {top} is there, but it has no module {module}."
        return Failure("module_not_found", message, details={"module": module, "close": []})
    close = close_names(top)
    message = f"{reason}. The package {shorten(top, 100)} is not installed"
    message += f" (it comes with {_ALIASES[top]})." if top in _ALIASES else "."
    if close:
        message += f" Close names that are: {', '.join(close)}."
    return Failure("module_not_found", message, details={"module": shorten(module, 200), "close": close})


def close_names(name: str) -> list[str]:
    """Names that can be imported and are like this one; first those of packages that are installed by this name."""
    wanted = _normal(name)
    installed_as = [import_name for import_name, distribution in _distributions.items() if _normal(distribution) == wanted]
    candidates: dict[str, str] = {}
    for import_name in [*sorted(name for name in sys.stdlib_module_names if name[0] != "_"), *_distributions]:
        candidates[_normal(import_name)] = import_name
    for import_name, distribution in _distributions.items():
        candidates.setdefault(_normal(distribution), import_name)
    alike = [candidates[match] for match in get_close_matches(wanted, candidates, _MAX_CLOSE, 0.7)]
    return list(dict.fromkeys([*installed_as, *alike]))[:_MAX_CLOSE]


def _normal(name: str) -> str:
    return name[:100].lower().replace("-", "").replace("_", "")
