"""Prints how long the kit takes for a figure, stage by stage, in children like those that draw the site's figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import NamedTuple

from plugins.figures import pool
from plugins.figures.cache import Present, Store
from plugins.figures.markdown import Block
from plugins.figures.report import RenderError
from plugins.figures.requests import Request
from plugins.figures.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent

# The code that a child runs. It reports its times in a file: the overhead of the engine isn't included.
HEAD = """
allow = ["write"]
import io, json
from time import perf_counter, process_time

stages = [("", perf_counter(), process_time())]


def mark(stage):
    stages.append((stage, perf_counter(), process_time()))


def tell():
    pairs = list(zip(stages, stages[1:]))
    told = {{stage: (clock - before, cpu - spent) for (_, before, spent), (stage, clock, cpu) in pairs}}
    with open({told!r}, "a") as file:
        file.write(json.dumps(told) + "\\n")
"""

EMPTY = (
    HEAD
    + """
from matplotlib import rc_context
from matplotlib.figure import Figure

mark("import")
with rc_context({{"svg.fonttype": "none"}}):
    Figure(figsize=(8, 4)).savefig(io.BytesIO(), format="svg")
mark("svg")
tell()

import matplotlib.pyplot as plt
plt.figure(figsize=(1, 1))
"""
)

KIT = (
    HEAD
    + """
from unrolled import read_keras, {view}
mark("import")

from matplotlib import rc_context

WORDS = "the cat sat on the mat and then it slept so well".split()


def draw(code):
    mark("")
    model = read_keras(code)
    mark("read")
    picture = {view}({given})
    picture = picture.tied("units", "time_steps", "features") if {ties} else picture
    mark("trace and layout")
    figure = picture.figure()
    mark("paint")
    with rc_context({{"svg.fonttype": "none"}}):
        figure.savefig(io.BytesIO(), format="svg")
    mark("svg")
    tell()
    return picture
"""
)

PROFILED = """
allow = ["write"]
import cProfile, io, pstats
from matplotlib import rc_context


def once(code):
    from unrolled import read_keras, {view}
    model = read_keras(code)
    picture = {view}({given})
    picture = picture.tied("units", "time_steps", "features") if {ties} else picture
    with rc_context({{"svg.fonttype": "none"}}):
        picture.figure().savefig(io.BytesIO(), format="svg")
    return picture


WORDS = "the cat sat on the mat and then it slept so well".split()


def draw(code):
    profile = cProfile.Profile()
    picture = profile.runcall(once, code)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("cumulative").print_stats(45)
    with open({told!r}, "w") as file:
        file.write(text.getvalue())
    return picture
"""


class Took(NamedTuple):
    """Wall-clock and processor time in seconds; the latter depends less on the load of the machine."""

    clock: float
    cpu: float


@dataclass(frozen=True)
class Case:
    """A figure to be measured: its code, and the limit for all of its stages, in milliseconds."""

    name: str
    code: str
    most_ms: float
    ties: bool = False
    view: str = "unroll"
    given: str = "model, WORDS[: model.entries[0].shape[0]]"
    """The arguments of the view."""


ONE_LAYER = "model = Sequential([Input((3, 2)), SimpleRNN(4)])\n"
ATTENTION = """words = Input((6, 4))
model = Model(words, MultiHeadAttention(2, 4)(words, words))
"""
CROSS = """read, written = Input((6, 4)), Input((5, 4))
model = Model([read, written], MultiHeadAttention(2, 4)(written, read))
"""
TRANSLATOR = """read, written = Input((6, 4)), Input((5, 4))
_, state = GRU(4, return_state=True)(read)
x = GRU(4, return_sequences=True)(written, initial_state=state)
model = Model([read, written], Dense(3, activation="softmax")(x))
"""
CONVOLUTION = "model = Sequential([Input((8, 2)), Conv1D(4, 3, activation='relu')])\n"
STACKED = "model = Sequential([Input((6, 2)), Conv1D(2, 3, activation='relu'), Conv1D(1, 3)])\n"
IMAGE = "model = Sequential([Input((6, 6, 1)), Conv2D(2, 3)])\n"
DENSE = "model = Sequential([Input((4,)), Dense(5, 'tanh'), Dense(3, 'softmax')])\n"
BLOCKS = """x = words = Input((6, 4))
for _ in range(2):
    normed = LayerNormalization()(x)
    x = x + MultiHeadAttention(2, 2)(normed, normed, use_causal_mask=True)
    x = x + Dense(4)(Dense(8, activation="relu")(LayerNormalization()(x)))
model = Model(words, x)
"""
RESETTING = "model = Sequential([Input((3, 2)), GRU(2)])\n"
PIXELS = "model, [[(row * column) % 3 for column in range(6)] for row in range(6)]"
LOGITS = "WORDS[:5], [2.1, 0.3, -1, 1.5, 0.9], temperature=[0.5, 1, 2]"
CASES = (
    Case("3 steps, 4 units", ONE_LAYER, 60, ties=True),
    Case(
        "12 steps, 4 layers",
        "model = Sequential([Input((12, 2))])\n"
        + 3 * "model.add(SimpleRNN(4, return_sequences=True))\n"
        + "model.add(SimpleRNN(4))\n",
        400,
    ),
    Case("attention, 6 words, 2 heads", ATTENTION, 400, view="attention"),
    Case("attention, one query", ATTENTION, 400, view="attention", given="model, WORDS[:6], query=3, head=1"),
    Case(
        *("attention to another sentence, 5 and 6 words", CROSS, 400),
        view="attention",
        given="model, [WORDS[:6], WORDS[6:11]]",
    ),
    Case("heads, 6 words", ATTENTION, 400, view="heads"),
    Case("positions, 8 places", ONE_LAYER, 400, view="positions", given="8, 6"),
    Case("transformer, 2 blocks, 6 words", BLOCKS, 400, view="transformer", given="model, WORDS[:6], block=1"),
    Case("convolution, 8 words", CONVOLUTION, 400, view="convolution"),
    Case(
        *("receptive field, 2 layers", STACKED, 400),
        view="convolution",
        given="model, WORDS[:6], receptive_field=True",
    ),
    Case("convolution, an image of 6 × 6", IMAGE, 400, view="convolution", given=PIXELS),
    Case("network, 4, 5 and 3 nodes", DENSE, 400, view="network", given="model"),
    Case("model_shapes, encoder and decoder", TRANSLATOR, 400, view="model_shapes", given="model"),
    Case("reset, 2 units", RESETTING, 400, view="reset"),
    Case("logits, 5 words, 3 temperatures", ONE_LAYER, 400, view="logits", given=LOGITS),
)
MOST_IMPORT_MS = 40
COMPILING = 3
"""In the first children, modules may still have to be compiled, since the warm process hasn't imported them."""
STAGES = ("read", "trace and layout", "paint", "svg")


class Bench:
    """A site in a folder of its own, with a copy of the kit, that draws one figure at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(PROJECT / "diagrams/unrolled", folder / "diagrams/unrolled")
        shutil.copytree(PROJECT / "theme", folder / "theme")
        self._settings = Settings.of(
            {"PATH": folder / "content", "OUTPUT_PATH": folder / "output", "FIGURES_WORKERS": 1}
        )

    def told(self, script: str, case: Case, times: int) -> str:
        """Render a script for a case this many times, each in a new child, and return the children's reports.

        Raise RenderError if it can't be drawn.
        """
        report = Path(tempfile.mkdtemp(dir=self._folder, prefix="told-")) / "told"
        place = self._folder / "diagrams/measured.py"
        place.write_text(script.format(told=str(report), ties=case.ties, view=case.view, given=case.given), "utf-8")
        blocks = {"code": Block(case.code)} if "def draw(code)" in script else {}
        requests = [Request(place, blocks)] * times
        store = Store(self._folder / "stored")
        for outcome in pool.render(requests, self._settings, store, Present(self._settings)):
            if isinstance(outcome, RenderError):
                raise outcome
        return report.read_text("utf-8")

    def measured(self, script: str, case: Case, times: int) -> list[dict[str, Took]]:
        """Return the time of each stage in each child, without the first ones, in which modules are compiled."""
        lines = self.told(script, case, times + COMPILING).splitlines()[COMPILING:]
        return [{stage: Took(*took) for stage, took in json.loads(line).items()} for line in lines]


def main() -> None:
    """Measure, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--children", type=int, default=20, help="how many processes draw each figure (default: %(default)s)"
    )
    parser.add_argument("--profile", action="store_true", help="print a profile instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kit-") as name:
        bench = Bench(Path(name))
        print(f"{date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", end=", ")
        print(f"Python {platform.python_version()}, {options.children} processes for each figure\n")
        for case in CASES:
            try:
                if options.profile:
                    print(f"{case.name}\n\n{bench.told(PROFILED, case, 6)}")
                else:
                    _compare(case, bench, options.children)
            except RenderError as problem:
                print(f"{case.name} could not be drawn: {problem}\n")


def _compare(case: Case, bench: Bench, times: int) -> None:
    """Alternate between a figure and an empty one, so that temporary load doesn't affect only one of them."""
    kit: list[dict[str, Took]] = []
    empty: list[dict[str, Took]] = []
    for quarter in range(4):
        count = times // 4 + (quarter < times % 4)
        if count:
            kit += bench.measured(KIT, case, count)
            empty += bench.measured(EMPTY, case, count)
    unit = _median([child["svg"] for child in empty])
    print(f"| {case.name} | median, ms | CPU, ms | relative to an empty figure's SVG | limit, ms |")
    print("|---|---:|---:|---:|---:|")
    _row("an empty figure's SVG", unit, unit)
    _row("importing the kit", _median([child["import"] for child in kit]), unit, MOST_IMPORT_MS)
    for stage in STAGES:
        _row(stage, _median([child[stage] for child in kit]), unit)
    totals = [Took(*(sum(parts) for parts in zip(*(child[stage] for stage in STAGES), strict=True))) for child in kit]
    _row("total without the import", _median(totals), unit, case.most_ms)
    print()


def _median(all_: Sequence[Took]) -> Took:
    return Took(*map(median, zip(*all_, strict=True)))


def _row(name: str, took: Took, unit: Took, most: float | None = None) -> None:
    times = f"{took.clock * 1000:.1f} | {took.cpu * 1000:.1f}"
    print(f"| {name} | {times} | {took.cpu / unit.cpu:.1f} | {most or ''} |")


if __name__ == "__main__":
    main()
