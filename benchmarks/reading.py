"""Prints the time for reading a model from an article's code, compared with parsing alone and an earlier reader."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATOR = """encoder_inputs = Input(shape=(3, 2))
_, h, c = LSTM(4, return_state=True)(encoder_inputs)
decoder_inputs = Input(shape=(5, 6))
outputs, _, _ = LSTM(4, return_sequences=True, return_state=True)(decoder_inputs, initial_state=[h, c])
model = Model([encoder_inputs, decoder_inputs], Dense(7, activation="softmax")(outputs))
"""
STACK = "model = Sequential([Input((12, 2))])\n" + 3 * "model.add(SimpleRNN(4, return_sequences=True))\n"
CASES: Mapping[str, tuple[str, ...]] = {
    "one layer": ("model = Sequential([Input((3, 2)), SimpleRNN(4)])\n",),
    "four layers": (STACK + "model.add(SimpleRNN(4))\n",),
    "a translator": (TRANSLATOR,),
    "the fourth of four blocks": (
        "import numpy as np\nimport keras\nfrom keras import layers\n",
        "text = 'the cat sat on the mat'\nwords = sorted(set(text.split()))\n"
        "index = {w: i for i, w in enumerate(words)}\n",
        "def block(units):\n    return layers.LSTM(units, return_sequences=True)\n",
        "model = keras.Sequential([layers.Input((3, 2))])\nfor units in (4, 8, 4):\n    model.add(block(units))\n",
    ),
}
"""The blocks of an article for each case, ending with the figure's own."""

CHILD = """
import ast, json, sys
from time import perf_counter, process_time

cases, repeats = json.load(sys.stdin)


class Code(str):
    pass


def timed(run):
    clock, cpu = perf_counter(), process_time()
    run()
    return [(perf_counter() - clock) * 1000, (process_time() - cpu) * 1000]


def middle(run):
    # The processor's clock may tick in hundredths of a second, so its time is that of all together.
    begun = process_time()
    found = sorted(timed(run)[0] for _ in range(repeats))
    return [found[len(found) // 2], (process_time() - begun) * 1000 / repeats]


def load():
    global read_keras, KitError
    from unrolled import KitError, read_keras


found = {"import": {"first": timed(load)}}
for name, blocks in cases.items():
    code = Code(blocks[-1])
    code.before = tuple(blocks[:-1])
    try:
        first = timed(lambda: read_keras(code))
    except KitError:
        found[name] = {}
        continue
    found[name] = {
        "parse": middle(lambda: [ast.parse(each) for each in blocks]),
        "first": first,
        "again": middle(lambda: read_keras(code)),
    }
print(json.dumps(found))
"""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=7, help="how many processes run each reader, in turn (default: %(default)s)"
    )
    parser.add_argument(
        "--repeats", type=int, default=50, help="how often a process reads each piece of code (default: %(default)s)"
    )
    parser.add_argument("--before", metavar="COMMIT", help="also measure the reader of an earlier commit")
    options = parser.parse_args()
    with _kits(options.before) as kits:
        rounds = [{name: _measured(kit, options.repeats) for name, kit in kits.items()} for _ in range(options.rounds)]
    print(f"Python {platform.python_version()}, medians of {options.rounds} processes, in ms: wall clock (CPU)\n")
    print(f"| code | reader | {'parsing alone':>15} | {'first':>15} | {'again':>15} |")
    print("|---|---|--:|--:|--:|")
    for case in ("import", *CASES):
        for name in kits:
            print(f"| {case} | {name} | {' | '.join(_cell(rounds, name, case, kind) for kind in KINDS)} |")


KINDS = ("parse", "first", "again")


def _cell(rounds: list[dict[str, dict[str, dict[str, list[float]]]]], name: str, case: str, kind: str) -> str:
    pairs = [results[name][case][kind] for results in rounds if kind in results[name].get(case, {})]
    if not pairs:
        return f"{'not read' if case in CASES else '':>15}"
    clock, cpu = (median(pair[at] for pair in pairs) for at in (0, 1))
    return f"{f'{clock:.2f} ({cpu:.2f})':>15}"


@contextmanager
def _kits(before: str | None) -> Iterator[dict[str, Path]]:
    """Return the folders that contain the kits to be measured."""
    with tempfile.TemporaryDirectory() as folder:
        kits = {"now": PROJECT / "diagrams"}
        if before:
            archive = subprocess.run(
                ["git", "archive", before, "diagrams"], cwd=PROJECT, capture_output=True, check=True
            ).stdout
            subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
            kits[before] = Path(folder) / "diagrams"
        yield kits


def _measured(kit: Path, repeats: int) -> dict[str, dict[str, list[float]]]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps([CASES, repeats]),
        env=os.environ | {"PYTHONPATH": str(kit)},
        capture_output=True,
        text=True,
        check=True,
    )
    times: dict[str, dict[str, list[float]]] = json.loads(done.stdout)
    return times


if __name__ == "__main__":
    main()
