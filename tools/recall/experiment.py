"""The experiment: what is measured, the sequences, and the accuracies during training."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "diagrams" / "data" / "recall"
NAMES = 8
"""The number of names to tell apart: a guess is right one time in this many."""
FILLERS = 8
UNITS = 32
BATCH = 32
RATE = 2e-3
UPDATES = 2000
TESTED = 1024
STEPS = (10, 50, 100)
SEEDS = (1, 2, 3, 4, 5)


EVERY = 100
"""The number of updates between tests of a network."""


class Task(NamedTuple):
    """What is trained: a layer, the initial bias of its gates, the distance to the name, and the name's position."""

    layer: str
    lag: int
    place: str
    clip: bool = True
    bias: float | None = None
    """The initial bias of the forget gate (of a GRU's update gate); None leaves Keras's default."""


def tasks() -> Iterator[Task]:
    """Yield everything that is measured: the comparison, then the questions that it leaves open."""
    for lag in STEPS:
        for layer in ("LSTM", "GRU", "SimpleRNN"):
            yield Task(layer, lag, "anywhere")
    for lag in (50, 100):
        for layer in ("LSTM", "GRU", "SimpleRNN"):
            yield Task(layer, lag, "first")
        yield Task("LSTM", lag, "first", bias=5)
    yield Task("LSTM", 100, "anywhere", clip=False)


class Run(NamedTuple):
    """A layer, its task, and the results."""

    layer: str
    lag: int
    place: str
    clip: bool
    bias: float | None
    accuracy: list[list[float]]
    """(seeds, tests): before the training, then after every hundred updates."""
    longest_gradient: list[float]
    """The largest norm of a weight array's gradient before clipping, for each seed."""


def sequences(chance: np.random.Generator, count: int, lag: int, place: str) -> tuple[Any, Any]:
    """Generate sequences (count, lag + 1) of tokens, and the names in them (count,)."""
    tokens = chance.integers(NAMES, NAMES + FILLERS, size=(count, lag + 1))
    names = chance.integers(0, NAMES, size=count)
    tokens[np.arange(count), chance.integers(0, lag + 1, size=count) if place == "anywhere" else 0] = names
    return tokens.astype(np.int8), names.astype(np.int8)


def read(folder: Path = FOLDER) -> list[Run]:
    """Read the results from the file."""
    results = json.loads((folder / "recall.json").read_text(encoding="utf-8"))
    return [Run(**run) for run in results["runs"]]


def write(runs: list[Run], folder: Path = FOLDER) -> None:
    """Write results, one line per seed."""
    encoded = json.dumps([run._asdict() for run in runs], separators=(",", ":"))
    lines = (
        encoded.replace('{"layer"', '\n{"layer"')
        .replace("],[", "],\n  [")
        .replace('"accuracy":[[', '"accuracy":[\n  [')
    )
    text = f'{{"every":{EVERY},"names":{NAMES},"runs":{lines}\n}}\n'
    (folder / "recall.json").write_text(text, encoding="utf-8")


def table(runs: list[Run]) -> list[str]:
    """Format the final results as the lines of a Markdown table."""
    head = ["layer", "steps", "name in training", "gradients", "worst", "median", "best", "longest gradient"]
    lines = [head, ["---", "---:", "---", "---", *["---:"] * 4]]
    for run in runs:
        last = sorted(accuracy[-1] for accuracy in run.accuracy)
        name = run.layer if run.bias is None else f"{run.layer}, forget bias {run.bias}"
        ends = (f"{100 * share:.1f}" for share in (last[0], float(np.median(last)), last[-1]))
        clipped = "clipped" if run.clip else "not clipped"
        lines.append([name, str(run.lag), run.place, clipped, *ends, f"{max(run.longest_gradient):,.0f}"])
    return ["| " + " | ".join(line) + " |" for line in lines]


if __name__ == "__main__":
    print("\n".join(table(read())))
