"""Run the guide's code with its trainings for several seeds; save the weights of the first one, and all errors.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.series.train
"""

from __future__ import annotations

import json
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

from pelicanconf import MARKDOWN
from plugins.figures.markdown import Block, read

from .dataset import FOLDER

GUIDE = Path(__file__).resolve().parents[2] / "content" / "series" / "forecasting-a-series.md"
NETWORKS = ("level", "differences", "direct")
"""The ids of the blocks that build networks, and their names; the blocks that train them have the prefix fit-."""
SEEDS = (1, 2, 3, 4, 5)
"""The networks of the first one are saved, not the best."""


def blocks() -> list[Block]:
    """Return the guide's Python blocks up to the one that reads its results, including those that train."""
    extensions: dict[str, Any] = MARKDOWN
    every = [block for block in read(GUIDE.read_text("utf-8"), **extensions)[1].all_blocks if block.is_python]
    return list(takewhile(lambda block: "results.json" not in block.text, every))


def run(code: str, names: dict[str, Any]) -> None:
    """Run a block of the guide."""
    exec(compile(code, str(GUIDE), "exec"), names)


def by_month(forecasts: Any, truth: Any) -> list[float]:
    """Average the errors for each month ahead, in ppm."""
    return [round(float(error), 4) for error in np.abs(forecasts - truth).mean(axis=0)]


def main() -> None:
    """Train every network with every seed; this takes about two minutes on two cores."""
    names: dict[str, Any] = {"__name__": "__main__"}
    by_id = {block.id: block.text for block in blocks() if block.id}
    for block in blocks():
        run(block.text, names)
        name = (block.id or "").removeprefix("fit-")
        if block.id and name != block.id:
            np.savez(FOLDER / f"{name}.npz", *names[name].get_weights())
    errors: dict[str, dict[str, list[Any]]] = {
        "one step": {"level": [], "differences": []},
        "twelve steps": {"recursive": [], "direct": []},
    }
    valid, end, windows, levels = (names[key] for key in ("VALID", "END", "windows", "levels"))
    one_truth, truth = (windows(names["ppm"], valid, end, ahead)[1] for ahead in (1, 12))
    x_level, x_one, x_many = (
        windows(names[series], valid, end, ahead)[0]
        for series, ahead in (("scaled", 1), ("scaled_rises", 1), ("scaled_rises", 12))
    )
    for seed in SEEDS:
        for name in NETWORKS:
            run(by_id[name].replace("set_random_seed(1)", f"set_random_seed({seed})"), names)
            run(by_id[f"fit-{name}"], names)
        forecast = names["level"].predict(x_level, verbose=0) * names["spread"] + names["mean"]
        errors["one step"]["level"] += by_month(forecast, one_truth)
        differences = names["differences"]
        errors["one step"]["differences"] += by_month(levels(differences.predict(x_one, verbose=0)), one_truth)
        many = levels(names["recursive"](differences, x_many)), levels(names["direct"].predict(x_many, verbose=0))
        for name, forecasts in zip(("recursive", "direct"), many, strict=True):
            errors["twelve steps"][name].append(by_month(forecasts, truth))
        print(
            "seed",
            seed,
            {name: runs[-1] for by_network in errors.values() for name, runs in by_network.items()},
            flush=True,
        )
    errors["twelve steps"] |= {name: [by_month(names[name], truth)] for name in ("linear", "rule")}
    (FOLDER / "results.json").write_text(json.dumps({"seeds": SEEDS, **errors}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
