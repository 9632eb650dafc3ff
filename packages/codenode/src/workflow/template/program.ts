/**
 * Renders a template with the real Jinja2. A mistake in the template is returned and not raised, so that its message has the
 * template's line and none of this program.
 */
export const templateProgram = `
from jinja2.sandbox import SandboxedEnvironment


def main(template, variables):
    try:
        return {"output": SandboxedEnvironment().from_string(template).render(variables)}
    except MemoryError:
        raise
    except Exception as error:
        return {"problem": {"reason": describe(error), "line": line_of(error)}}


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
