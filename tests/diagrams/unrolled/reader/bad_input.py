"""Read untrusted code, each in a process forked for it, and report the effects on everything else.

A program whose argument is a block's limit in seconds of processor time. Its standard input is a JSON list of codes,
each with the number of seconds to wait for it. It prints a line of JSON for each.
"""

import builtins
import gc
import json
import os
import random
import resource
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from unrolled import reader
from unrolled.errors import KitError
from unrolled.reader import read_keras
from unrolled.reader.guard import Limits

GOOD = "model = Sequential([Input((3, 2)), LSTM(4), Dense(1)])\n"
MODULES = [name for name in sys.modules if name.startswith(("os", "sys", "unrolled", "numpy"))]
"""Modules that mustn't be replaced."""


def state(folder: Path) -> dict[str, Any]:
    """Describe everything in a process that code could change."""
    return {
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "files": sorted(str(each.relative_to(folder)) for each in folder.rglob("*")),
        "recursion limit": sys.getrecursionlimit(),
        "random": hash(random.getstate()),
        "NumPy's random": hash(np.random.get_state()[1].tobytes()),
        "NumPy's printing": {key: str(each) for key, each in np.get_printoptions().items()},
        "NumPy's errors": np.geterr(),
        "path": list(sys.path),
        "modules": {name: id(sys.modules.get(name)) for name in MODULES},
        "builtins": {name: id(each) for name, each in vars(builtins).items() if name != "_"},
        "functions": [id(each) for each in (os.remove, open, json.loads, np.zeros, random.random, time.time)],
        "streams": [id(each) for each in (sys.stdin, sys.stdout, sys.stderr)],
        "arguments": list(sys.argv),
        "signals": [str(signal.getsignal(each)) for each in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM)],
        "timers": [
            signal.getitimer(each)[0] for each in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
        ],
        "tracing": [str(sys.gettrace()), str(sys.getprofile())],
        "limits": [resource.getrlimit(each) for each in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE)],
        "threads": threading.active_count(),
        "file mask": _mask(),
    }


def _mask() -> int:
    mask = os.umask(0o22)
    os.umask(mask)
    return mask


def answer(code: str) -> dict[str, Any]:
    """Read one code, and valid code after it."""
    folder = Path.cwd()
    before, begun = state(folder), time.process_time()
    try:
        found: dict[str, Any] = {"layers": [each.name_in_code for each in read_keras(code).layers]}
    except KitError as error:
        found = {"message": str(error), "line": error.lineno, "own": error.block == code}
    except BaseException as error:
        found = {"raised": f"{type(error).__name__}: {error}"}
    found["processor_s"] = time.process_time() - begun
    gc.collect()  # otherwise, leftovers of the code would run only now
    after = state(folder)
    found["changed"] = {
        key: [str(before[key])[:300], str(after[key])[:300]] for key in before if before[key] != after[key]
    }
    try:
        model = read_keras(GOOD)
        found["good"] = [each.name_in_code for each in model.layers] + [model.parameter_count]
    except BaseException as error:
        found["good"] = f"{type(error).__name__}: {error}"
    return found


def main() -> None:
    """Process each code in its own child, in an empty working directory."""
    read_keras(GOOD)  # so that no child has to import the reader's dependencies
    reader.Limits = partial(Limits, processor_s=float(sys.argv[1]))
    for number, (code, patience_s) in enumerate(json.load(sys.stdin)):
        folder = Path(f"case{number}")
        folder.mkdir()
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            os.chdir(folder)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.write(writing, json.dumps(answer(code)).encode("utf-8", "replace"))
            os._exit(0)
        os.close(writing)
        print(json.dumps(_awaited(child, reading, patience_s)), flush=True)


def _awaited(child: int, reading: int, patience_s: float) -> Any:
    """Wait for a child's answer; if there is none, return how it died."""
    until, text = time.monotonic() + patience_s, b""
    os.set_blocking(reading, False)
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        with suppress(BlockingIOError):
            text += os.read(reading, 1 << 16)
        if done:
            os.close(reading)
            return json.loads(text) if text else {"died": status}
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return {"died": "it does not end"}


if __name__ == "__main__":
    main()
