"""Inside the child: run one script, save what it has drawn, report the result, exit."""

from __future__ import annotations

import ast
import faulthandler
import gc
import inspect
import itertools
import json
import os
import signal
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from ...catalogues import SOURCE
from ...files import write_atomically
from ...processes import UNWRITABLE, end_after
from ..grounds import Ground, registered
from ..records import check
from ..report import NothingDrawnError, all_readable
from ..signature import LANGUAGE
from .charts import figure_of_chart, library_of
from .errors import Warned, failure, report_thread
from .sandbox import Guard, Saves, allowed, prepare
from .saving import InPage, in_page, is_drawable, save_snapshots, saved, words_of
from .tracing import Trace


class Code(str):
    """The text of the figure's own block, with the related texts.

    `before` are the texts of the article's Python blocks above it, in order, and `needed` is an older name for them.
    `given` contains the author's values, as written, for example `"n=5, x=(3, 2)"`; `model` names the model to draw.
    They are empty if there are none.
    """

    _before: tuple[str, ...]
    given: str
    model: str
    uses_before: bool
    """Whether the script has looked at the blocks above; if not, editing them changes nothing."""

    def __new__(cls, text: str, before: tuple[str, ...] = (), given: str = "", model: str = "") -> Code:
        """Create one from a text."""
        code = super().__new__(cls, text)
        code._before = tuple(before)
        code.given, code.model, code.uses_before = given, model, False
        return code

    @property
    def before(self) -> tuple[str, ...]:
        """The texts of the blocks above it."""
        self.uses_before = True
        return self._before

    needed = before

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Pickle everything for another process, where accesses aren't tracked."""
        return str(self), self.before, self.given, self.model


def drawn(job: Mapping[str, Any], trace: Trace) -> dict[str, Any]:
    """Run a script and save its figures; return their files, and which parts of the request mattered.

    Raise whatever the script raises, or NothingDrawnError.
    """
    script, process = Path(job["script"]), os.getpid()
    module = types.ModuleType("__main__")
    module.__file__ = str(script)
    sys.modules["__main__"] = module
    trace.run(script)
    tree = ast.parse(script.read_bytes(), str(script))
    Guard(Path(job["root"]), (job["store"], sys.prefix), allowed(tree))
    try:
        exec(compile(tree, str(script), "exec", dont_inherit=True), module.__dict__)
    except SystemExit as end:
        if end.code:  # otherwise it reports success
            raise
    trace.add(_depends(module), Path(job["root"]), script.parent)
    codes = {
        name: Code(text, job["above"].get(name, ()), job["given"], job["model"]) for name, text in job["code"].items()
    }
    arguments = {name: ast.literal_eval(value) for name, value in job["arguments"].items()}
    all_arguments = codes | arguments
    pictures = _pictures(module, all_arguments) if os.getpid() == process else []
    if os.getpid() != process:  # a fork of the script's own has reached its end
        raise SystemExit
    if not pictures:
        raise NothingDrawnError(
            "the script drew nothing", 0, "return a picture from draw(), or leave a pyplot figure open"
        )
    Path(job["folder"]).mkdir(parents=True, exist_ok=True)  # a script that cleans up may have removed it
    translations, grounds = _shown(pictures, job)
    words = words_of(module.__doc__ or "")
    figures, notes = [], []
    for number, translation in enumerate(translations, start=1):
        saved = _saved(translation.picture, number, words, job)
        notes += [*translation.notes, *saved.pop("notes")]
        figures.append({**saved, "language": translation.language})
        _check(figures[-1], number)
    for vary, wanted in job["snapshots"].items() if job["saving"]["themed"] else ():
        _add_snapshots(
            figures, vary, wanted, lambda more: _shown(_pictures(module, {**all_arguments, **more}), job)[0], words, job
        )
    return {
        "figures": figures,
        "above": job["above_digest"] if any(code.uses_before for code in codes.values()) else "",
        "grounds": grounds,
        "notes": notes,
    }


def _add_snapshots(
    figures: Sequence[dict[str, Any]],
    vary: str,
    wanted: Mapping[str, Any],
    run: Callable[[Mapping[str, Any]], Sequence[Translated]],
    words: Mapping[str, Any],
    job: Mapping[str, Any],
) -> None:
    """Call `draw` for each value of a slider, and save what changes in each figure."""
    runs: list[list[InPage]] = []
    for value in ast.literal_eval(wanted["arguments"]):
        try:
            translations = run({wanted["name"]: value})
            runs.append(
                [
                    in_page(translation.picture, number, words, job)
                    for number, translation in enumerate(translations, start=1)
                ]
            )
        except Exception as problem:
            problem.add_note(f"raised with {wanted['name']}={value}")
            raise
    if any(len(pictures) != len(figures) for pictures in runs):
        raise NothingDrawnError(f'draw() draws other numbers of figures for vary="{vary}"')
    for number, figure in enumerate(figures):
        pictures = [pictures[number] for pictures in runs]
        figure.setdefault("snapshots", {})[vary] = save_snapshots(pictures, figure, vary, wanted["own"], job)


@dataclass(frozen=True)
class Translated:
    """A picture in the language of its figure, if it can be; `language` is empty if it isn't known."""

    picture: Any
    language: str
    notes: tuple[str, ...] = ()


def translated(picture: Any, job: Mapping[str, Any]) -> Translated:
    """Translate a picture with a method `in_language`, unless its script has done so.

    Raise what that method raises, but not the LookupError for a missing translation if no author has asked for it: then
    the picture stays as it is.
    """
    wanted, is_chosen = job["language"], job["has_chosen_language"]
    if not wanted:
        return Translated(picture, "")
    if not hasattr(picture, "in_language"):
        if is_chosen and LANGUAGE not in job["arguments"]:
            raise NothingDrawnError(
                f"language={wanted} has no effect",
                0,
                f"give draw() a parameter `{LANGUAGE}`, or return a picture that can be translated",
            )
        return Translated(picture, wanted if LANGUAGE in job["arguments"] else "")
    if chosen := getattr(picture, "language", None):
        if is_chosen and chosen != wanted:
            raise NothingDrawnError(
                f"language={wanted} has no effect, because the script itself chooses {chosen}",
                0,
                f"remove language= from the image, or .in_language({chosen!r}) from the script",
            )
        return Translated(picture, chosen)
    try:
        return Translated(picture.in_language(wanted), wanted)
    except LookupError as problem:
        if is_chosen:
            raise
        note = f"is in English on a page in {wanted}, because {problem}"
        return Translated(picture, SOURCE, (note,))


def _shown(pictures: Sequence[Any], job: Mapping[str, Any]) -> tuple[list[Translated], dict[str, Ground]]:
    """Return pictures as the page shows them: in its language, their words on the article's backgrounds."""
    spoken = [translated(picture, job) for picture in pictures]
    pictures, grounds = _grounded([translation.picture for translation in spoken], job["grounds"], job["words"])
    return [
        replace(translation, picture=picture) for translation, picture in zip(spoken, pictures, strict=True)
    ], grounds


def _grounded(
    pictures: Sequence[Any], settled: Mapping[str, Ground], register: Mapping[str, Ground]
) -> tuple[list[Any], dict[str, Ground]]:
    """Give words in pictures the backgrounds that they have on the site, or in the article.

    A word that is new there keeps its own, unless another word has it.
    """
    grounded = [picture for picture in pictures if hasattr(picture, "with_grounds")]
    own_grounds = {word: number for picture in reversed(grounded) for word, number in picture.grounds.items()}
    grounds = {word: settled[word] for word in own_grounds if word in settled} | registered(register, own_grounds)
    for word, number in own_grounds.items():
        taken = {ground for grounded_word, ground in grounds.items() if grounded_word != word}
        grounds.setdefault(
            word, next(ground for ground in itertools.chain((number,), itertools.count()) if ground not in taken)
        )
    ordered = {word: grounds[word] for picture in grounded for word in picture.grounds}
    return [
        picture.with_grounds(grounds) if hasattr(picture, "with_grounds") else picture for picture in pictures
    ], ordered


def _depends(module: types.ModuleType) -> list[str | os.PathLike[str]]:
    depends = getattr(module, "depends", [])
    if not isinstance(depends, list | tuple) or not all(isinstance(path, str | os.PathLike) for path in depends):
        raise NothingDrawnError(f"depends is {depends!r}, not a list of paths", 0, 'write depends = ["path"]')
    return list(depends)


def _check(figure: Mapping[str, Any], number: int) -> None:
    try:
        check(figure)
    except ValueError as problem:
        message = f"figure {number} has an invalid description: {problem}"
        raise NothingDrawnError(
            message, advice="docs/figure-scripts.md says what alt, description, parts and steps can be"
        ) from None


def _saved(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return saved(picture, number, words, job)
    except Exception as problem:
        problem.add_note(f"raised while figure {number} was saved, after the script had ended")
        raise


def _pictures(module: types.ModuleType, arguments: Mapping[str, Any]) -> list[Any]:
    import matplotlib.pyplot

    draw = getattr(module, "draw", None)
    if not callable(draw):  # a plain script may use this name for something else
        return [matplotlib.pyplot.figure(number) for number in matplotlib.pyplot.get_fignums()]
    line = getattr(getattr(draw, "__code__", None), "co_firstlineno", 0)
    try:
        inspect.signature(draw).bind(**arguments)
    except TypeError as problem:
        advice = "give it parameters for code blocks, as in draw(code), or none"
        raise NothingDrawnError(f"can't call draw(): {problem}", line, advice) from None
    result = draw(**arguments)
    if result is None:
        thing = (
            "the figure that it has drawn" if matplotlib.pyplot.get_fignums() else "a picture, or a matplotlib Figure"
        )
        raise NothingDrawnError(
            "the script drew nothing, because draw() returned None", line, f"end it with `return fig`, {thing}"
        )
    pictures = list(result) if isinstance(result, list | tuple) else [result]
    pictures = [figure_of_chart(picture, line) if library_of(picture) else picture for picture in pictures]
    for picture in pictures:
        if not is_drawable(picture):
            returned = f"draw() returned {type(picture).__name__}, not a picture or a matplotlib Figure"
            makes = 'end it with .picture("what it shows")' if hasattr(picture, "picture") else "return what it draws"
            raise NothingDrawnError(returned, line, makes)
    return pictures


COLLECTED_AFTER = 10_000
"""How many new objects may exist before cycles are collected: the process ends soon, and most of them stay."""


def main(job: Mapping[str, Any]) -> NoReturn:
    """Run one job and exit, whatever happens: no exception may reach the server's loop."""
    code = 1
    gc.set_threshold(COLLECTED_AFTER)
    try:
        if sys.platform != "win32":
            os.setpgid(0, 0)  # so that it can be killed with all of its descendants
        _redirect(Path(job["folder"]))
        end_after(job["processor_s"] + 1)  # in case the engine can't check, or has no time to check
        report = _told(job)
        _tell(report, Path(job["folder"]))
        code = 0
    except OSError:
        code = UNWRITABLE  # the script's own errors are in the result; this one is about the folder
    except BaseException:
        traceback.print_exc()
    finally:
        end(code)


def end(code: int) -> NoReturn:
    """End this process, and nothing else: no exit handlers, no waiting for threads."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # a script may have closed or replaced it
            stream.flush()
    os._exit(code)


def _redirect(folder: Path) -> None:
    """Redirect the script's output, and its stacks when it is stopped, to files."""
    folder.mkdir(parents=True, exist_ok=True)  # another script may have removed it
    for stream, name in ((0, os.devnull), (1, folder / "stdout"), (2, folder / "stderr")):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND if stream else os.O_RDONLY, 0o644)
        os.dup2(file, stream)
        os.close(file)
    stacks = (folder / "stacks").open("w")
    faulthandler.enable(stacks)
    # These signals stop a child: from the engine, a limit or a timer of the reader's. They write down the stack even in
    # the middle of C code.
    if sys.platform != "win32":
        for ending in (signal.SIGUSR1, signal.SIGXCPU, signal.SIGVTALRM):
            faulthandler.register(ending, stacks, chain=True)


def _told(job: Mapping[str, Any]) -> dict[str, Any]:
    began, process = time.monotonic(), os.getpid()
    root, beside = Path(job["root"]), Path(job["script"]).parent
    store = Path(job["store"])
    trace = Trace([Path(job["folder"]).parent, *(store / name for name in ("cache", "records", "store"))], root)
    saves = Saves(job)
    threading.excepthook = lambda raised: report_thread(raised, job)
    compiled: list[str] = []
    try:
        prepare(job, trace, saves, compiled)
        warned = Warned(job)
        report: dict[str, Any] = {**drawn(job, trace), "modules": _modules(), "warned": warned.told()}
        report["notes"] = [*saves.notes(), *trace.notes(), *report["notes"]]
    except BaseException as problem:  # including SystemExit and KeyboardInterrupt
        if os.getpid() != process:  # a fork of the script's own that has come back here: it must not report anything
            end(0)
        missed = trace.only_beside(beside, root) if isinstance(problem, OSError) else []
        report = failure(problem, job, [str(beside / path) for path in missed])
    report |= {**trace.told(), "compiled": compiled, "only_beside": trace.only_beside(beside, root)}
    return {**report, "cost_s": round(time.monotonic() - began, 3)}


def _tell(report: Mapping[str, Any], folder: Path) -> None:
    write_atomically(folder / "result.json", json.dumps(all_readable(report)).encode())


def _modules() -> list[str]:
    """Return the loaded top-level modules, without the standard library."""
    return sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names)
