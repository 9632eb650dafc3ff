"""Runs documents with Dify's own workflow engine: a case per line on stdin, its outcome per line on stdout, with the case's id."""

import json
import math
import os
import sys
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from graphon.dsl import DslError, SandboxCodeExecutionError, SandboxCodeExecutor, loads, node_factory
from graphon.nodes.code.entities import CodeLanguage
from graphon.template_rendering import Jinja2TemplateRenderer, TemplateRenderError
from graphon.variables.segments import Segment

# What graphon leaves to the program around it is done as in Dify: the name of a failed program's error, templates that are
# rendered in the sandbox, and the limits of Dify's example settings.
SandboxCodeExecutionError.__name__ = "CodeExecutionError"
LIMITS = {"code": {"min_number": -(2**63), "max_number": 2**63 - 1}}
TEMPLATE_PROGRAM = """
import jinja2


def main(template, variables):
    return {"rendered": "text:" + jinja2.Template(template).render(**variables)}
"""


class SandboxTemplateRenderer(Jinja2TemplateRenderer):
    def render_template(self, template, variables):
        inputs = {"template": template, "variables": variables}
        try:
            result = SandboxCodeExecutor().execute(language=CodeLanguage.PYTHON3, code=TEMPLATE_PROGRAM, inputs=inputs)
        except SandboxCodeExecutionError as error:
            raise TemplateRenderError(str(error)) from error
        return result["rendered"].removeprefix("text:")


node_factory._DefaultJinja2TemplateRenderer = SandboxTemplateRenderer


def run(document, inputs):
    """The outcome of a run: its status and outputs, and those of the nodes that ended outside of iterations."""
    outcome = {"status": "unfinished", "outputs": {}, "message": "", "nodes": {}}
    try:
        engine = loads(json.dumps(document, ensure_ascii=False), credentials=LIMITS, start_inputs=inputs)
        for event in engine.run():
            note_event(outcome, event)
    except DslError as error:
        return {**outcome, "status": "refused", "message": str(error)}
    except Exception as error:
        # A failed run is raised after its last event.
        if outcome["status"] == "unfinished":
            outcome.update(status="failed", message=f"{type(error).__name__}: {error}")
    return outcome


RUN_ENDS = {
    "GraphRunSucceededEvent": "succeeded",
    "GraphRunPartialSucceededEvent": "partial-succeeded",
    "GraphRunFailedEvent": "failed",
}
NODE_ENDS = {"NodeRunSucceededEvent": "succeeded", "NodeRunExceptionEvent": "exception", "NodeRunFailedEvent": "failed"}


def note_event(outcome, event):
    name = type(event).__name__
    if name in RUN_ENDS:
        outcome.update(status=RUN_ENDS[name], outputs=getattr(event, "outputs", {}), message=getattr(event, "error", ""))
    elif name in NODE_ENDS and not event.container_id:
        result = event.node_run_result
        outcome["nodes"][event.node_id] = {
            "type": str(event.node_type),
            "status": NODE_ENDS[name],
            "outputs": result.outputs,
            "branch": result.edge_source_handle,
            "errorType": result.error_type,
            "message": result.error,
        }


def plain(value):
    """The value in JSON, with numbers that JSON has no form for as objects."""
    if isinstance(value, Segment):
        return plain(value.to_object())
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"no JSON number": repr(value)}
    if value is None or isinstance(value, str | int | float):
        return value
    return {"no JSON value": type(value).__name__}


def answer(line):
    case = json.loads(line)
    outcome = run(case["document"], case["inputs"])
    # One write for a line: several threads print.
    sys.stdout.write(json.dumps({"id": case["id"], **plain(outcome)}) + "\n")
    sys.stdout.flush()


def report_failure(done):
    if done.exception() is not None:
        traceback.print_exception(done.exception())
        os._exit(1)


with ThreadPoolExecutor(max_workers=16) as threads:
    for line in sys.stdin:
        threads.submit(answer, line).add_done_callback(report_failure)
