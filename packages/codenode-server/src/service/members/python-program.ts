/** Lists what a Python module has. Nothing is imported for it but the module. */
export const pythonProgram = `
import importlib
import inspect
import pkgutil
import warnings
from importlib.util import find_spec
from types import ModuleType


def main(module, path, maxMembers, maxText):
    warnings.simplefilter("ignore")
    try:
        value = importlib.import_module(module)
        at = module
        for name in path:
            at = at + "." + name
            value = step(value, name, at)
    except (ImportError, AttributeError, ValueError):
        return {"status": "missing"}
    members = {}
    for name in dir(value):
        if not name.startswith("_"):
            members[name] = describe(value, at, name, maxText)
    for name in submodules(value):
        members.setdefault(name, {"name": name, "kind": "submodule", "detail": None, "doc": None})
    listed = [{**members[name], "named": True} for name in sorted(members)]
    return {"status": "found", "members": listed[:maxMembers], "complete": len(listed) <= maxMembers}


def step(value, name, at):
    try:
        return getattr(value, name)
    except AttributeError:
        return importlib.import_module(at)


def describe(owner, at, name, maxText):
    # Modules that fetch their parts when they are asked for are not asked for all of them.
    if isinstance(owner, ModuleType) and name not in vars(owner) and is_module(at, name):
        return {"name": name, "kind": "module", "detail": None, "doc": None}
    try:
        value = getattr(owner, name)
    except Exception:
        return {"name": name, "kind": "constant", "detail": None, "doc": None}
    kind = kind_of(value)
    lines = doc_lines(value) if kind != "constant" else []
    detail = type(value).__name__ if kind == "constant" else None
    if kind in ("function", "class"):
        detail = signature_of(value)
        # What is written in C often begins its documentation with its signature.
        if lines and lines[0].startswith(name + "("):
            written = lines.pop(0)
            while lines and written.count("(") > written.count(")"):
                written = written + " " + lines.pop(0)
            detail = detail or written[len(name):]
    return {"name": name, "kind": kind, "detail": cut(detail, maxText), "doc": cut(lines[0] if lines else None, maxText)}


def is_module(at, name):
    try:
        return find_spec(at + "." + name) is not None
    except (ImportError, AttributeError, ValueError):
        return False


def kind_of(value):
    if isinstance(value, ModuleType):
        return "module"
    if inspect.isclass(value):
        return "class"
    return "function" if callable(value) else "constant"


def signature_of(value):
    try:
        return str(inspect.signature(value))
    except Exception:
        return None


def doc_lines(value):
    doc = getattr(value, "__doc__", None)
    if not isinstance(doc, str):
        return []
    return [line.strip() for line in doc[:2000].split("\\n") if line.strip()][:8]


def cut(text, most):
    return text if text is None or len(text) <= most else text[:most] + "…"


def submodules(value):
    if not isinstance(value, ModuleType) or not hasattr(value, "__path__"):
        return []
    return [it.name for it in pkgutil.iter_modules(value.__path__) if not it.name.startswith("_")]
`
