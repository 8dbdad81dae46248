"""Inside the child: seed, run the script, say what happened."""

from __future__ import annotations

import ast
import faulthandler
import json
import os
import random
import signal
import sys
import time
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from .failures import NothingDrawnError, failure
from .guard import Guard, allowed
from .modules import import_by_content
from .saving import saved, words_of
from .tracing import Trace


def main(job: Mapping[str, Any]) -> NoReturn:
    """Do one job and end the process; whatever happens is in the job's folder."""
    began = time.monotonic()
    folder = Path(job["folder"])
    os.setpgid(0, 0)  # so that it can be ended with all that it starts
    _redirect(folder)
    faulthandler.enable()
    # The engine ends a child by this signal, and wants to know where it was.
    faulthandler.register(signal.SIGUSR1, chain=True)
    (folder / "pid").write_text(str(os.getpid()))
    faulthandler.dump_traceback_later(job["timeout_s"], exit=True)
    trace = Trace([Path(job["store"])])
    try:
        _prepare(job, trace)
        figures = _figures(job, trace)
        cost_s = round(time.monotonic() - began, 3)
        told = {"figures": figures, "read": trace.told(), "modules": _modules(), "cost_s": cost_s}
    except BaseException as problem:  # SystemExit and KeyboardInterrupt too: nothing may reach the server's loop
        told = _failed(problem, job, trace)
    beside = folder / "result.new"
    beside.write_text(json.dumps(told), "utf-8")
    beside.replace(folder / "result.json")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _failed(problem: BaseException, job: Mapping[str, Any], trace: Trace) -> dict[str, Any]:
    """Tell what went wrong; if a file may be missing, also which are there beside the script only."""
    if not isinstance(problem, OSError):
        return failure(problem, job)
    root, beside = Path(job["root"]), Path(job["script"]).parent
    missed = trace.only_beside(beside, root)
    told = failure(problem, job, [str(beside / Path(path).relative_to(root)) for path in missed])
    return {**told, "only_beside": missed}


def _redirect(folder: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for stream, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o644)
        os.dup2(file, stream)


def _prepare(job: Mapping[str, Any], trace: Trace) -> None:
    """Make every render of a script alike: the same place, path and seeds; its own files go to scratch."""
    import matplotlib.figure
    import matplotlib.pyplot
    import numpy as np

    os.chdir(job["cwd"])
    for path in job["missed"]:
        trace.look_for(path)
    sys.path[0] = job["diagrams"]
    sys.argv = [job["script"]]
    import_by_content(Path(job["root"]), Path(job["store"]) / "cache/modules", trace.look_for)
    random.seed(0)
    np.random.seed(0)
    # default_rng() asks this function for its entropy, whatever np.random.seed() has said.
    np.random.bit_generator.randbits = random.Random(0).getrandbits  # type: ignore[attr-defined]
    matplotlib.pyplot.show = lambda *_, **__: None
    save = matplotlib.figure.Figure.savefig

    def savefig(self: matplotlib.figure.Figure, fname: Any, **options: Any) -> None:
        if isinstance(fname, str | os.PathLike):
            fname = _apart(fname, job)
            fname.parent.mkdir(parents=True, exist_ok=True)
        save(self, fname, **options)

    matplotlib.figure.Figure.savefig = savefig  # type: ignore[method-assign]


def _apart(saved: str | os.PathLike[str], job: Mapping[str, Any]) -> Path:
    """Return where a figure that a script saves itself goes: into scratch instead of into the project."""
    folder, root = Path(job["folder"]), Path(job["root"])
    place = Path(os.path.abspath(saved))  # noqa: PTH100  (no link is followed)
    if place.is_relative_to(root) and not place.is_relative_to(folder):
        return folder / "scratch" / place.relative_to(root)
    return place if Path(saved).is_absolute() else folder / "scratch" / place.name


def _figures(job: Mapping[str, Any], trace: Trace) -> list[dict[str, Any]]:
    script = Path(job["script"])
    module = types.ModuleType("__main__")
    module.__file__ = str(script)
    sys.modules["__main__"] = module
    tree = ast.parse(script.read_bytes(), str(script))
    Guard(Path(job["root"]), (job["store"], sys.prefix), allowed(tree))
    exec(compile(tree, str(script), "exec", dont_inherit=True), module.__dict__)
    trace.add(getattr(module, "depends", ()), Path(job["root"]), script.parent)
    drawn = _drawn(module, job["code"])
    if not drawn:
        raise NothingDrawnError("it drew nothing: return a picture from draw(), or leave a pyplot figure open")
    words = words_of(module.__doc__ or "")
    return [saved(picture, number, words, job) for number, picture in enumerate(drawn, start=1)]


def _modules() -> list[str]:
    """Name the top-level modules that are loaded, without Python's own."""
    return sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names)


def _drawn(module: types.ModuleType, code: Mapping[str, str]) -> list[Any]:
    import matplotlib.pyplot

    draw = getattr(module, "draw", None)
    if draw is None:
        return [matplotlib.pyplot.figure(number) for number in matplotlib.pyplot.get_fignums()]
    result = draw(**code)
    if result is None and matplotlib.pyplot.get_fignums():
        raise NothingDrawnError("draw() returned nothing: end it with `return fig`, the figure that it has drawn")
    drawn = list(result) if isinstance(result, list | tuple) else [] if result is None else [result]
    for picture in drawn:
        if not hasattr(picture, "figure") and not hasattr(picture, "savefig"):
            raise NothingDrawnError(f"draw() returned {type(picture).__name__}, not a picture or a matplotlib Figure")
    return drawn
