"""Ask the real Keras for its answers, and write them down.

    make ready-verify
    KERAS_BACKEND=jax PYTHONPATH=.:diagrams .venv-verify/bin/python -m tests.against_keras.record

With `layers` or `single_layers` at the end, it writes only that file.
"""

import inspect
import json
import platform
import re
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np

from tests.against_keras.single_cases import CASES
from tests.against_keras.single_layers import Case, sample, theirs

RECORDED = Path(__file__).parent / "recorded"
LAYERS = ("SimpleRNN", "GRU", "LSTM", "Bidirectional", "TimeDistributed", "Masking", "Embedding", "Dense")
LAYERS += ("Activation", "RepeatVector", "Dropout", "Flatten")
"""The layers of the models in models.md, whose arguments are recorded, too."""
MODELS = Path(__file__).with_name("models.md").read_text("utf-8")
CODES = [dedent(code).rstrip() for code in re.findall(r"(?:^    .*\n)+", MODELS, re.M)]
SINGLE_LAYERS_COMMAND = (
    "make ready-verify && KERAS_BACKEND=jax PYTHONPATH=.:diagrams .venv-verify/bin/python "
    "-m tests.against_keras.record single_layers"
)


def answered(code: str, number: int) -> dict[str, Any]:
    """Let Keras answer one model, with random weights and inputs that follow from its number."""
    from tests.against_keras.live import answers, real_model  # they need Keras; who reads the records does not

    real, random = real_model(code), np.random.default_rng(number)
    weights = [random.uniform(-1, 1, each.shape).round(2) for each in real.get_weights()]
    real.set_weights(weights)
    inputs = [numbers(tuple(each.shape[1:]), random) for each in real.inputs]
    return {
        "code": code,
        "weights": [each.tolist() for each in weights],
        "inputs": [each.tolist() for each in inputs],
        "outputs": [np.round(each.astype(float), 7).tolist() for each in answers(real, inputs)],
        "parameters": real.count_params(),
    }


def numbers(shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Draw inputs: indices of words, or vectors of which the second is nought, so that a mask skips it."""
    if len(shape) == 1:
        return np.array([1.0, 0.0, 4.0, 2.0])
    drawn = random.uniform(-1, 1, shape).round(2)
    drawn[1] = 0
    return drawn


def arguments(layer: str) -> dict[str, Any]:
    """List what a layer of Keras takes, with its defaults, in order; where there is none, `needed`."""
    from tests.against_keras.live import keras

    real = inspect.signature(getattr(keras.layers, layer).__init__).parameters.values()
    named = [each for each in real if each.name not in ("self", "kwargs")]
    return {each.name: "needed" if each.default is inspect.Parameter.empty else each.default for each in named}


def versions() -> dict[str, str]:
    """Tell what gave the answers."""
    import jax

    from tests.against_keras.live import keras

    return {
        "keras": keras.__version__,
        "backend": f"{keras.backend.backend()} {jax.__version__}",
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def answered_by(case: Case) -> dict[str, Any]:
    """Let Keras answer a single layer, with weights and inputs that follow from the case."""
    found, weights = theirs(case, sample(case, case.seed), case.seed)
    outputs = found.outputs and [np.round(each.astype(float), 7).tolist() for each in found.outputs]
    return {
        "layer": str(case),
        "shapes": [list(shape) for shape in found.shapes],
        "weights": [each.tolist() for each in weights],
        "outputs": outputs,
        "mask": None if found.mask is None else found.mask.tolist(),
        "parameters": found.parameters,
    }


def main(*names: str) -> None:
    """Write the records: those that are named, or all."""
    if wrong := set(names) - RECORDS.keys():
        sys.exit(f"no such records: {', '.join(sorted(wrong))}; write {' or '.join(RECORDS)}, or nothing for both")
    RECORDED.mkdir(exist_ok=True)
    for name in names or RECORDS:
        (RECORDED / f"{name}.json").write_text(RECORDS[name](), encoding="utf-8")


def models() -> str:
    """Record whole models, a line for each."""
    lines = [json.dumps(answered(code, number), separators=(",", ":")) for number, code in enumerate(CODES)]
    body = ",\n".join(lines)
    taken = ",\n".join(f'"{layer}": {json.dumps(arguments(layer))}' for layer in LAYERS)
    return f'{{"versions": {json.dumps(versions())},\n"arguments": {{\n{taken}\n}},\n"answers": [\n{body}\n]}}\n'


def single_layers() -> str:
    """Record single layers, a line for each."""
    body = ",\n".join(json.dumps(answered_by(case), separators=(",", ":")) for case in CASES)
    return f'{{"versions": {json.dumps(versions())},\n"answers": [\n{body}\n]}}\n'


RECORDS = {"layers": models, "single_layers": single_layers}
"""What writes each file of records."""


if __name__ == "__main__":
    main(*sys.argv[1:])
