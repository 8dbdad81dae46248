"""The series in the guide on forecasting: its months, its three parts, and the forecasts of saved networks."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unrolled import read_keras, run_model, weights_from

FOLDER = Path("diagrams/data/series")
STEPS, TRAIN, VALID = 24, 300, 360
"""As in the guide's code: the months in a window, and the start of the validation and test data."""


def months() -> tuple[list[str], NDArray[np.float64]]:
    """Load the months and their values, in ppm."""
    with (FOLDER / "co2.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["month"] for row in rows], np.array([float(row["ppm"]) for row in rows])


def results() -> Any:
    """Load the error of each forecast."""
    return json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


def one_step(code: str, name: str) -> NDArray[np.float64]:
    """Forecast each month of the test data from the months before it, with the saved weights of this name.

    The networks for changes and for levels have the same code.
    """
    _, ppm = months()
    by_change = name == "differences"
    series = np.diff(ppm, prepend=ppm[0]) if by_change else ppm
    known = series[1 if by_change else 0 : TRAIN]
    scaled = (series - known.mean()) / known.std()
    model = read_keras(code)
    weights = weights_from(model, FOLDER / f"{name}.npz")
    starts = range(VALID, len(ppm))
    said = [run_model(model, scaled[at - STEPS : at, np.newaxis], weights=weights).output for at in starts]
    forecasts: NDArray[np.float64] = np.ravel(said) * known.std() + known.mean()
    return ppm[VALID - 1 : -1] + forecasts if by_change else forecasts
