"""Generates diagram scripts in plain matplotlib, so that every peer can run them."""

from __future__ import annotations

import random
from pathlib import Path

WORDS = ("I", "am", "groot", "and", "so", "are", "you")

SCRIPT = '''"""
Network {number}
{underline}

A recurrent layer of {units} units, unrolled over {time_steps} time steps.
"""

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

WORDS = {words}
EMBEDDINGS = {embeddings}
STATES = {states}


def vector(axes, x, y, values, colour):
    for index, value in enumerate(values):
        axes.add_patch(Rectangle((x - 0.45, y + 0.4 * index), 0.9, 0.4, facecolor=colour, edgecolor="black"))
        axes.text(x, y + 0.4 * index + 0.2, f"{{value:.2f}}", ha="center", va="center", fontsize=9)


def arrow(axes, start, end):
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color="dimgray"))


figure, axes = plt.subplots(figsize=(8.8, 4.6))
axes.set(xlim=(-1, 2.6 * len(STATES)), ylim=(-0.8, 8), aspect="equal")
axes.axis("off")
for step, (word, embedding, state) in enumerate(zip(WORDS, EMBEDDINGS, STATES)):
    x = 2.6 * step + 0.5
    axes.text(x, -0.4, word, ha="center", va="center", fontsize=13)
    vector(axes, x, 0.3, embedding, "moccasin")
    axes.add_patch(FancyBboxPatch((x - 0.6, 2.9), 1.2, 0.8, boxstyle="round,pad=0.1", facecolor="lightgray"))
    axes.text(x, 3.3, "SimpleRNN", ha="center", va="center", fontsize=8)
    vector(axes, x, 4.9, state, "lightblue")
    arrow(axes, (x, 0.4 * len(embedding) + 0.4), (x, 2.7))
    arrow(axes, (x, 3.9), (x, 4.8))
    if step + 1 < len(STATES):
        arrow(axes, (x + 0.8, 3.3), (x + 1.8, 3.3))
axes.set_title("Network {number}: {units} units, {time_steps} time steps")
'''


def generate(folder: Path, count: int) -> list[Path]:
    """Write this many scripts, each with a different unrolled network, always the same ones; return their paths."""
    folder.mkdir(parents=True)
    return [_written(folder, number) for number in range(1, count + 1)]


def _written(folder: Path, number: int) -> Path:
    chance = random.Random(number)
    units, features, time_steps = chance.randint(3, 5), chance.randint(2, 4), chance.randint(3, 5)
    path = folder / f"network_{number:04}.py"
    path.write_text(
        SCRIPT.format(
            number=number,
            underline="=" * len(f"Network {number}"),
            units=units,
            time_steps=time_steps,
            words=chance.sample(WORDS, time_steps),
            embeddings=_numbers(chance, time_steps, features),
            states=_numbers(chance, time_steps, units),
        ),
        "utf-8",
    )
    return path


def _numbers(chance: random.Random, rows: int, columns: int) -> list[list[float]]:
    return [[round(chance.uniform(-1, 1), 2) for _ in range(columns)] for _ in range(rows)]
