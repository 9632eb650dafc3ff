/**
 * Renders a template with the real Jinja2. A mistake in the template is returned and not raised, so that its message has the
 * template's line and none of this program.
 */
export const templateProgram = `
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment


def main(template, variables):
    try:
        environment = SandboxedEnvironment()
        output = environment.from_string(template).render(variables)
        known = set(variables) | set(environment.globals)
        return {"output": output, "unknown": unknown_names(environment.parse(template), known)}
    except MemoryError:
        raise
    except Exception as error:
        return {"problem": {"reason": describe(error), "line": line_of(error)}}


def unknown_names(tree, known):
    # Whoever gives a default, or asks whether a name is defined, knows that it may not be.
    asked = [*tree.find_all(nodes.Filter), *tree.find_all(nodes.Test)]
    words = ("default", "d", "defined", "undefined")
    optional = {it.node.name for it in asked if it.name in words and isinstance(it.node, nodes.Name)}
    return sorted(find_undeclared_variables(tree) - known - optional)[:50]


def describe(error):
    text = str(error)
    return (type(error).__name__ + (": " + text if text else ""))[:2000]


def line_of(error):
    line = getattr(error, "lineno", None)
    entry = error.__traceback__
    while entry is not None:
        if "__jinja_exception__" in entry.tb_frame.f_globals:
            line = entry.tb_lineno
        entry = entry.tb_next
    return line if isinstance(line, int) else None
`
