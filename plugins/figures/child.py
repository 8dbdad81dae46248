"""Inside the child: run one script, say what happened, end."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from .drawing import drawn
from .failures import failure, tell_of_thread
from .processes import UNWRITABLE, end_after
from .report import all_readable
from .surroundings import Saves, prepare
from .tracing import Trace
from .warned import Warned


def main(job: Mapping[str, Any]) -> NoReturn:
    """Do one job and end the process, whatever happens: nothing may reach the server's loop."""
    code = 1
    try:
        if sys.platform != "win32":
            os.setpgid(0, 0)  # so that it can be ended with all that it starts
        _redirect(Path(job["folder"]))
        end_after(job["processor_s"] + 1)  # where the engine cannot, or has no time to, look how much it is
        told = _told(job)
        _tell(told, Path(job["folder"]))
        code = 0
    except OSError:
        code = UNWRITABLE  # what the script raises is told in the folder; this is about the folder
    except BaseException:
        traceback.print_exc()
    finally:
        end(code)


def end(code: int) -> NoReturn:
    """End this process, and nothing else: no handler at exit, no thread that is waited for."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # a script may have closed it, or put anything in its place
            stream.flush()
    os._exit(code)


def _redirect(folder: Path) -> None:
    """Let what the script says, and where it is when it is ended, go to files."""
    folder.mkdir(parents=True, exist_ok=True)  # another script may have taken it away
    for stream, name in ((0, os.devnull), (1, folder / "stdout"), (2, folder / "stderr")):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND if stream else os.O_RDONLY, 0o644)
        os.dup2(file, stream)
        os.close(file)
    stacks = (folder / "stacks").open("w")
    faulthandler.enable(stacks)
    # These signals end a child: from the engine, a limit or a timer of the reader's. Where it was is written down even
    # in the middle of C code.
    if sys.platform != "win32":
        for ending in (signal.SIGUSR1, signal.SIGXCPU, signal.SIGVTALRM):
            faulthandler.register(ending, stacks, chain=True)


def _told(job: Mapping[str, Any]) -> dict[str, Any]:
    began, process = time.monotonic(), os.getpid()
    root, beside = Path(job["root"]), Path(job["script"]).parent
    store = Path(job["store"])
    trace = Trace([Path(job["folder"]).parent, *(store / name for name in ("cache", "records", "store"))], root)
    saves = Saves(job)
    threading.excepthook = lambda raised: tell_of_thread(raised, job)
    compiled: list[str] = []
    try:
        prepare(job, trace, saves, compiled)
        warned = Warned(job)
        figures, looked_at = drawn(job, trace)
        told = {"figures": figures, "modules": _modules(), "warned": warned.told()}
        told["above"] = job["above_digests"].get(looked_at, "")
        told["notes"] = [*saves.notes(), *trace.notes()]
    except BaseException as problem:  # SystemExit and KeyboardInterrupt too
        if os.getpid() != process:  # a fork of the script's own, that has come back here: it must not tell anything
            end(0)
        missed = trace.only_beside(beside, root) if isinstance(problem, OSError) else []
        told = failure(problem, job, [str(beside / path) for path in missed])
    told |= {**trace.told(), "compiled": compiled, "only_beside": trace.only_beside(beside, root)}
    return {**told, "cost_s": round(time.monotonic() - began, 3)}


def _tell(told: Mapping[str, Any], folder: Path) -> None:
    beside = folder / "result.new"
    beside.write_bytes(json.dumps(all_readable(told)).encode())
    beside.replace(folder / "result.json")


def _modules() -> list[str]:
    """Name the top-level modules that are loaded, without Python's own."""
    return sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names)
