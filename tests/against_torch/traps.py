"""Code of PyTorch that is easily misread as another model, and what the real torch answers to it.

The cases are in tests/diagrams/unrolled/reader/torch_traps.md. Each is an error, or `drawn` as the model that torch
runs, with the samples along the first axis of what goes in, or `along the second axis`, or `without samples`.

make ready-verify-torch && PYTHONPATH=.:diagrams .venv-torch/bin/python -m tests.against_torch.traps
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.diagrams.cases import Case, cases
from unrolled import Weights, read_keras, run_model

FILE = Path(__file__).parents[1] / "diagrams/unrolled/reader/torch_traps.md"
RECORDED = Path(__file__).with_name("traps.json")
AXES = {"drawn": 0, "drawn along the second axis": 1, "drawn without samples": None}
"""What is expected of a case that is drawn, and the axis of its samples."""
IMPORTS = "import copy, math, torch\nimport numpy as np\nfrom torch import nn\nimport torch.nn.functional as F\n"


def traps() -> dict[str, Case]:
    """Read all cases, by their names."""
    return {each.id: each.values[0] for each in cases(FILE)}


def is_drawn(trap: Case) -> bool:
    """Return whether a case is expected to be drawn."""
    return trap.expected[0] in AXES


def inputs_of(model: Any, random: np.random.Generator) -> list[Any]:
    """Draw the inputs of a model: whole numbers for an Embedding."""
    found = []
    for at, entry in enumerate(model.entries):
        shape = [3 if each is None else each for each in entry.shape]
        readers = [node for node in model.nodes if any(each.node is None and each.output == at for each in node.inputs)]
        words = [node.layer.num_embeddings for node in readers if node.layer.family == "Embedding"]
        found.append(random.integers(0, words[0], shape) if words else random.normal(size=shape))
    return found


def answer_of_kit(trap: Case) -> tuple[list[Any], list[Any], list[Any]]:
    """Read a case and run its model; return the inputs, all weights in torch's order, and the outputs."""
    model, random = read_keras(trap.code), np.random.default_rng(1)
    inputs = inputs_of(model, random)
    sized = model.sized([each.shape[0] if each.shape else None for each in inputs])
    layers: list[tuple[Any, Any, bool]] = []
    for place, node in enumerate(sized.first_uses):
        layers += [(each.layer, each.shapes, False) for each in sized.idle if each.place == place]
        layers.append((node.layer, node.shapes, True))
    layers += [(each.layer, each.shapes, False) for each in sized.idle if each.place == len(sized.layers)]
    weights = [
        Weights(**{name: random.normal(size=shape) / 2 for name, shape in layer.weight_shapes(*shapes).items()})
        for layer, shapes, _ in layers
    ]
    used = [each for each, (*_, is_used) in zip(weights, layers, strict=True) if is_used]
    for tie in sized.ties:
        (to, name), (of, theirs) = sorted((tie[:2], tie[2:]), reverse=True)
        used[to] = Weights(**{**used[to], name: used[of][theirs]})
    outputs = [np.asarray(each) for each in run_model(model, *inputs, weights=used).outputs]
    pairs = [(layer.parameter_shapes(*shapes), each) for each, (layer, shapes, _) in zip(weights, layers, strict=True)]
    return inputs, [each[name] for names, each in pairs for name in names], outputs


def answer_of_torch(trap: Case, inputs: list[Any], weights: list[Any]) -> list[Any]:
    """Run a case with the real torch; return the outputs of one sample."""
    import torch

    names: dict[str, Any] = {"__name__": "__main__"}
    given = dict[str, Any]()
    exec(IMPORTS, names)
    for word in ast.parse(f"f({trap.given})", mode="eval").body.keywords:  # type: ignore[attr-defined]
        given[word.arg] = ast.literal_eval(word.value)
    for block in trap.blocks:
        exec(block, names)
    modules = [each for each in names.values() if isinstance(each, torch.nn.Module)]
    classes = [each for each in names.values() if isinstance(each, type) and each.__module__ == "__main__"]
    given.pop("input", None)
    module = names.get(trap.model) or (modules[-1] if modules else classes[-1](**given))
    module = module(**given) if isinstance(module, type) else module
    module = module.eval()
    parameters = [*module.parameters()]
    assert [tuple(each.shape) for each in parameters] == [each.shape for each in weights]
    axis = AXES[trap.expected[0]]
    with torch.no_grad():
        for parameter, values in zip(parameters, weights, strict=True):
            parameter.copy_(torch.tensor(values))
        tensors = [each if each.dtype == torch.int64 else each.float() for each in map(torch.tensor, inputs)]
        if axis is not None:
            tensors = [each.unsqueeze(min(axis, each.ndim)) for each in tensors]
        returned = module(*tensors)
    return [each.detach().numpy() for each in _flat(returned)]


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [one for each in value for one in _flat(each)]
    return [] if value is None else [value]


def main() -> None:
    """Write down what torch answers."""
    found = {}
    for name, trap in traps().items():
        if is_drawn(trap):
            inputs, weights, outputs = answer_of_kit(trap)
            answers = [each.squeeze().tolist() for each in answer_of_torch(trap, inputs, weights)]
            found[name] = answers
            same = all(any(alike(one, each) for each in answers) for one in outputs)
            print(f"{name}: {'same' if same else 'OTHER NUMBERS'}")
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(_short(each))}" for name, each in found.items())
    RECORDED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def alike(one: Any, other: Any) -> bool:
    """Return whether two arrays hold the same numbers, apart from axes of one number."""
    one, other = np.squeeze(one), np.squeeze(other)
    return one.shape == other.shape and np.allclose(one, other, 1e-4, 1e-5)


def _short(answer: Any) -> Any:
    """Round the numbers to what single precision holds."""
    return [_short(each) for each in answer] if isinstance(answer, list) else float(f"{answer:.7g}")


if __name__ == "__main__":
    main()
