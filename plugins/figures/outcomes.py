"""A child's result folder -> the record of its render, or an error."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..files import read_regular
from ..processes import UNWRITABLE
from .cache import Present, Store, unwritable
from .child import errors
from .child.errors import Frame, Places, source
from .observations import displayed
from .records import ChildResult, Drawn, Figure, Form, Record
from .report import RenderError, last_lines
from .requests import Request
from .settings import Settings

WARNED = 10
"""How many warnings of a script are reported."""

AGAIN = "so it is drawn again in every build"

_TAIL_BYTES = 16_384
_CRASHES = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"}


class Outcomes:
    """Reads the files that the children of a batch have written."""

    def __init__(self, settings: Settings, store: Store, present: Present) -> None:
        self._settings = settings
        self._store = store
        self._present = present
        self._places = Places(settings.root, settings.diagrams)

    def of(self, folder: Path, asked: Request, result: ChildResult, over: str, code: int) -> Record | RenderError:
        """Return the record of a child that has drawn figures, or the reason why there are none.

        `over` names the limit it was stopped for, if any; `code` is the exit code.
        """
        script = asked.script
        said = last_lines(_tail(folder / "stdout") + _tail(folder / "stderr"))
        try:
            if "figures" in result:
                return self._record(folder, result)
            if "failure" in result:
                lines = [*result["failure"], *_listed("it printed:", said), result["advice"]]
                return RenderError(*lines, block=result["block"], block_line=result["block_line"])
        except OSError as problem:
            what, advice = str(unwritable(problem, self._settings)).splitlines()
            return RenderError(f"{self._settings.shown(script)}: {what}", advice)
        stack = errors.stack_in(_tail(folder / "stacks"))
        return _in_article(stack, asked) or self._ended(stack, script, said, over, code)

    def _record(self, folder: Path, result: ChildResult) -> Record:
        notes = [*result["notes"], *(note for figure in result["figures"] for note in figure["notes"])]
        unsteady, times = ([displayed(path) for path in result[name]] for name in ("unsteady", "times"))
        if times:
            notes.append(
                f"reads the timestamps of {_and_more(times)}, which differ in every copy of the project, {AGAIN}"
            )
        if unsteady:
            notes.append(f"reads {_and_more(unsteady)}, which changed while it ran, {AGAIN}")
        return Record(
            tuple(self._figure(figure, folder) for figure in result["figures"]),
            self._present.inputs(result),
            result["cost_s"],
            (*result["warned"][:WARNED], *last_lines(_tail(folder / "stderr"))),
            tuple(dict.fromkeys(notes)),
            is_lasting=not unsteady and not times,
        )

    def _figure(self, drawn: Drawn, folder: Path) -> Figure:
        forms = {
            name: Form(
                {
                    ending: self._store.add(read_regular(folder / file), ending)
                    for ending, file in form["files"].items()
                },
                form["width"],
                form["height"],
                form["parts"],
                tuple(form["moving"]),
            )
            for name, form in drawn["forms"].items()
        }
        small = {
            scheme: self._store.add(read_regular(folder / file), file.rpartition(".")[2])
            for scheme, file in drawn.get("thumbnail", {}).items()
        }
        narrow, steps = forms.get("narrow"), tuple(drawn["steps"])
        return Figure(forms["wide"], narrow, drawn["alt"], drawn["description"], steps, small)

    def _ended(self, stack: errors.Stack, script: Path, said: Sequence[str], over: str, code: int) -> RenderError:
        """Report a child without a result: it took too long or too much, crashed, or exited."""
        place = self._places.place(stack.here, str(script))
        what, advice = self._why(over, code)
        first = f"{self._places.at(place)}: {what}"
        return RenderError(
            first,
            *source(place),
            *self._places.way(stack.here, first),
            *self._elsewhere(stack.others),
            *_listed("it printed:", said),
            *advice,
        )

    def _why(self, over: str, code: int) -> tuple[str, list[str]]:
        if code == UNWRITABLE and not over:
            store = self._settings.shown(self._settings.store)
            return f"its files can't be written to {store}", [
                "check that this folder exists and that the disk has free space"
            ]
        if over == "memory":
            what = f"it used more than {self._settings.memory_mb:g} MB of memory, so it was stopped"
            return what, ["reduce what it needs, or raise FIGURES_MEMORY"]
        limit_s = self._settings.timeout_s
        if over == "processor" or -code in (getattr(signal, name, None) for name in ("SIGXCPU", "SIGVTALRM")):
            what = f"it used more than {limit_s:g} s of processor time, so it was stopped"
            return what, ["make it faster, or raise FIGURES_TIMEOUT"]
        if over == "idle":
            what = f"it did nothing for {limit_s:g} s, so it was stopped"
            return what, ["find out what it waits for, or raise FIGURES_TIMEOUT"]
        if over == "clock":
            what = f"it was still running after {self._settings.clock_s:g} s, so it was stopped"
            return what, ["make it faster, or raise FIGURES_TIMEOUT"]
        if code < 0:
            name = signal.Signals(-code).name
            advice = (
                "a library that it uses has probably crashed" if name in _CRASHES else "find out what sends this signal"
            )
            if name == "SIGKILL":
                advice = "the script itself did this, or the system, because it ran out of memory"
            return f"the process was killed by {name} before it drew anything", [advice]
        advice = "remove the call that ends the process, such as os._exit()"
        return f"the process exited with status {code} before it drew anything", [advice]

    def _elsewhere(self, others: Iterable[Sequence[Frame]]) -> list[str]:
        """Report the other threads that were running the author's code."""
        lines: list[str] = []
        for frames in others:
            own = [index for index, frame in enumerate(frames) if self._places.is_own(frame)]
            lines += self._places.way(frames[own[0] :], "", "in another thread:") if own else []
        return lines


def _in_article(stack: errors.Stack, asked: Request) -> RenderError | None:
    """Report a child that was stopped while it ran a block of the article: the error is in the block, not the script.

    The code that runs the blocks names their frames by their number among the blocks that `draw` was given, its own
    last.
    """
    found = [(int(frame_of[1]), frame.line) for frame in stack.here if (frame_of := errors.BLOCK.fullmatch(frame.file))]
    own = asked.blocks.get("code")
    blocks = [*asked.before.get("code", ()), *([own] if own else [])]
    if not found or found[-1][0] >= len(blocks):
        return None
    number, line = found[-1]
    return RenderError(
        "this code never ends, or spends seconds in a single call, so its figure was stopped",
        "have it do less, or skip the whole block with ```{.python .skip}",
        block=blocks[number].text,
        block_line=line,
    )


def _tail(path: Path) -> str:
    """Read the end of a file, because a script may have printed more than fits in memory."""
    try:
        if not path.is_file():  # opening a pipe in its place would block
            return ""
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _and_more(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _listed(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"    {line}" for line in lines)] if lines else []
