"""Running a script, and saving what it has drawn (in the child)."""

from __future__ import annotations

import ast
import inspect
import os
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .code import Code
from .report import NothingDrawnError
from .guard import Guard, allowed
from .records import Drawn, checked
from .saving import is_drawable, saved, words_of
from .tracing import Trace


def drawn(job: Mapping[str, Any], trace: Trace) -> tuple[list[Drawn], str]:
    """Run a script and save its figures; tell of their files, and what it looked at of the code above its own.

    Raise whatever it raises, or NothingDrawnError.
    """
    script, process = Path(job["script"]), os.getpid()
    module = types.ModuleType("__main__")
    module.__file__ = str(script)
    sys.modules["__main__"] = module
    tree = ast.parse(script.read_bytes(), str(script))
    Guard(Path(job["root"]), (job["store"], sys.prefix), allowed(tree))
    try:
        exec(compile(tree, str(script), "exec", dont_inherit=True), module.__dict__)
    except SystemExit as end:
        if end.code:  # else it says that all went well
            raise
    trace.add(_depends(module), Path(job["root"]), script.parent)
    codes = {
        name: Code(text, job["above"].get(name, ()), job["needed"].get(name, ()), job["given"], job["model"])
        for name, text in job["code"].items()
    }
    arguments = {name: ast.literal_eval(value) for name, value in job["arguments"].items()}
    pictures = _pictures(module, codes | arguments) if os.getpid() == process else []
    if os.getpid() != process:  # a fork of the script's own has come to its end
        raise SystemExit
    if not pictures:
        raise NothingDrawnError("it drew nothing", 0, "return a picture from draw(), or leave a pyplot figure open")
    Path(job["folder"]).mkdir(parents=True, exist_ok=True)  # a script that tidies up may have taken it away
    words = words_of(module.__doc__ or "")
    figures = [_saved(picture, number, words, job) for number, picture in enumerate(pictures, start=1)]
    looked_at = {code.looked_at for code in codes.values()}
    return figures, next((which for which in ("before", "needed") if which in looked_at), "")


def _depends(module: types.ModuleType) -> list[str | os.PathLike[str]]:
    depends = getattr(module, "depends", [])
    if not isinstance(depends, list | tuple) or not all(isinstance(path, str | os.PathLike) for path in depends):
        raise NothingDrawnError(f"depends is {depends!r}, not a list of paths", 0, 'write depends = ["path"]')
    return list(depends)


def _saved(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> Drawn:
    told = _files(picture, number, words, job)
    try:
        return checked(told)
    except ValueError as problem:
        said = f"what figure {number} says of itself cannot be shown: {problem}"
        raise NothingDrawnError(
            said, advice="give alt, description, parts and steps as docs/figures.md tells"
        ) from None


def _files(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return saved(picture, number, words, job)
    except Exception as problem:
        problem.add_note(f"raised when figure {number} was saved, after the script had come to its end")
        raise


def _pictures(module: types.ModuleType, arguments: Mapping[str, Any]) -> list[Any]:
    import matplotlib.pyplot

    draw = getattr(module, "draw", None)
    if not callable(draw):  # a plain script may have another thing of this name
        return [matplotlib.pyplot.figure(number) for number in matplotlib.pyplot.get_fignums()]
    line = getattr(getattr(draw, "__code__", None), "co_firstlineno", 0)
    try:
        inspect.signature(draw).bind(**arguments)
    except TypeError as problem:
        advice = "give it parameters that name blocks of code, as in draw(code), or none"
        raise NothingDrawnError(f"draw() cannot be called: {problem}", line, advice) from None
    result = draw(**arguments)
    if result is None:
        what = (
            "the figure that it has drawn" if matplotlib.pyplot.get_fignums() else "a picture, or a matplotlib Figure"
        )
        raise NothingDrawnError("it drew nothing: draw() returned None", line, f"end it with `return fig`, {what}")
    pictures = list(result) if isinstance(result, list | tuple) else [result]
    for picture in pictures:
        if not is_drawable(picture):
            returned = f"draw() returned {type(picture).__name__}, not a picture or a matplotlib Figure"
            raise NothingDrawnError(returned, line, "return what it has drawn")
    return pictures
