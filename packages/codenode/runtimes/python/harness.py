"""Runs one program in a forked child: receives it, runs it, sends what became of it, and ends the process."""
from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import Callable, NoReturn

from calling import call_main, parse_inputs
from channel import EXIT, FAILURE, RESULT, RUN, WARNINGS, Channel, ChannelClosed, frame_bytes
from console import Console, flush_console
from convert import to_json
from failure import describe, describe_uncompiled, exit_status, prepare_reserve, reserve
from fresh import hide_own_modules
from hints import remember_inputs
from messages import Failure, Program, RunFailed, to_utf8
from missing import remember_packages
from notices import take
from own_frames import hide_from_stacks
from program import GIVEN, compile_program, fresh_main
from tracebacks import hide_own_frames, remember_folders, traceback_text
from warmup import EVERY_PATH, USUAL_PATH, warm_up
from watching import begin

Frame = tuple[int, bytes]
# Captured, since the program may replace them.
_exit, _write = os._exit, os.write
# When nothing of ours works any more.
_BROKEN = "The result could not be sent: the code replaced built-in functions, or a signal handler of it raised."
_LAST_WORDS = frame_bytes(FAILURE, Failure("code_threw", _BROKEN).to_json())


_prepared: tuple[Channel, Console] | None = None


def prepare(package_names: dict[str, str], channel: Channel) -> None:
    """In the zygote, before any fork: loads all that a run needs. `package_names`: import name → installed name;
    `channel`: what will be the run channel in the children."""
    global _prepared
    remember_packages(package_names)
    remember_folders()
    hide_from_stacks()
    warm_up(run, EVERY_PATH)
    prepare_reserve()
    hide_own_modules()
    _prepared = channel, Console(channel)


def serve(lower_limits: Callable[[dict[str, int]], None]) -> NoReturn:
    """In the child, after lock-down: runs the one program that the host sends, under the limits that come with it."""
    assert _prepared is not None, "prepare() comes before serve()"
    channel, console = _prepared
    try:
        kind, payload = channel.receive()
        if kind == RUN:
            program = Program.parse(payload)
            lower_limits(program.limits)
            begin()
            frame = run(program, console)
            noticed = take()
            if noticed is not None:
                channel.send(WARNINGS, noticed)
            channel.send(*frame)
            # The host reads what this run has used from the kernel, then has the process killed: its end costs nobody time.
            channel.wait_for_end()
    except ChannelClosed:
        pass
    except BaseException:
        reserve.clear()
        _write(channel.fd, _LAST_WORDS)
    finally:
        _exit(0)


def get_ready() -> None:
    """In a child that waits for work: a fork pays for each page that it touches first, so it touches the usual ones now.
    Called before the child's usage is measured, so that it does not count as the run's."""
    warm_up(run, USUAL_PATH)
    begin()


def run(program: Program, console: Console) -> Frame:
    """The frame that ends this run; whatever the program did, its output is sent by then."""
    console.open()
    sys.argv = ["main.py"]
    threading.excepthook = _report_thread
    try:
        frame = run_script(program) if program.mode == "script" else run_main(program)
    except BaseException as error:  # raised by a signal handler or trace function that the program left behind
        reserve.clear()
        frame = FAILURE, describe(error).to_json()
    flush_console()
    return frame


def run_main(program: Program) -> Frame:
    inputs = parse_inputs(program.inputs_json)
    remember_inputs(inputs)
    try:
        code = compile_program(program.code)
    except Exception as error:
        reserve.clear()
        return FAILURE, describe_uncompiled(error).to_json()
    names = fresh_main().__dict__
    names.update(GIVEN)
    try:
        exec(code, names)
        value = call_main(names, inputs)
        # Not in a function of ours: the program's trace function would be called for it.
        sys.settrace(None)
        sys.setprofile(None)
        return RESULT, to_json(value)
    except RunFailed as error:
        reserve.clear()
        return FAILURE, error.failure.to_json()
    except BaseException as error:
        reserve.clear()
        sys.settrace(None)
        sys.setprofile(None)
        return FAILURE, describe(error).to_json()


def run_script(program: Program) -> Frame:
    """Ends as `python main.py` would: threads are waited for, then exit handlers run."""
    ending: dict[str, object] = {"exitCode": 0}
    try:
        exec(compile_program(program.code), fresh_main().__dict__)
    except SystemExit as error:
        reserve.clear()
        ending["exitCode"] = exit_status(error)
        if ending["exitCode"] and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
    except BaseException as error:
        reserve.clear()
        ending["exitCode"] = 130 if isinstance(error, KeyboardInterrupt) else 1
        ending["failure"] = describe(error).fields()
        report(error)
    threading._shutdown()  # type: ignore[attr-defined]  private, so unknown to typeshed
    atexit._run_exitfuncs()
    return EXIT, to_utf8(ending)


def report(error: BaseException) -> None:
    hide_own_frames(error)
    if sys.excepthook is sys.__excepthook__:
        print(traceback_text(error), end="", file=sys.stderr)
    else:
        sys.excepthook(type(error), error, error.__traceback__)


def _report_thread(args: threading.ExceptHookArgs) -> None:
    if issubclass(args.exc_type, SystemExit) or args.exc_value is None:
        return
    hide_own_frames(args.exc_value)
    name = args.thread.name if args.thread else "unknown"
    print(f"Exception in thread {name}:\n{traceback_text(args.exc_value)}", end="", file=sys.stderr)
