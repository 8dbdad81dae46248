"""Random modules of torch, as an author writes them, and what the kit answers when it reads them.

Each ends with a call that says what goes in. Weights and inputs follow from names and numbers, as in `cases.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import Any

import numpy as np

from tests.against_torch.cases import SAMPLES, numbers
from unrolled import KitError, read_keras, run_model, weights_from

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Written:
    """A module's code, and what its samples are."""

    number: int
    code: str
    shape: Shape
    """The shape of one sample."""
    rows: int
    """If it reads words, how many there are; otherwise 0."""
    batch_axis: int
    """The axis of the batch in what goes in and comes out."""

    @property
    def inputs(self) -> np.ndarray:
        """The inputs of all samples: (samples, …)."""
        if self.rows:
            return np.random.default_rng(self.number).integers(0, self.rows, (SAMPLES, *self.shape))
        return numbers((SAMPLES, *self.shape), self.number, "x")


@dataclass
class Writer:
    """Writes a module line by line, and keeps the shape of a sample of `x`."""

    random: Random
    shape: Shape
    axis: int = 0
    made: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def make(self, call: str) -> str:
        """Write a layer in `__init__`; return its name."""
        name = f"self.part{len(self.made)}"
        self.made.append(f"{name} = nn.{call}")
        return name

    def size(self) -> int:
        """Return the length of the last axis; rarely a wrong one, which torch refuses."""
        return self.shape[-1] + (self.random.random() < 0.015)

    def linear(self, size: int) -> str:
        """Make a Linear to a size."""
        return self.make(f"Linear({self.size()}, {size}{self.random.choice(['', '', ', bias=False'])})")

    @property
    def steps_axis(self) -> int:
        """Where code finds the steps of a sequence."""
        return 0 if self.axis == 1 else 1


def _linear(writer: Writer) -> None:
    size = writer.random.randint(1, 5)
    writer.lines.append(f"x = {writer.linear(size)}(x)")
    writer.shape = (*writer.shape[:-1], size)


def _activation(writer: Writer) -> None:
    ways = ["F.relu(x)", "torch.tanh(x)", "x.sigmoid()", "F.gelu(x)", "F.silu(x)", "F.softmax(x, dim=-1)"]
    ways += ["F.leaky_relu(x)", "F.elu(x)", "torch.relu(x)", "F.log_softmax(x, -1)"]
    layers = ["ReLU()", "Tanh()", "GELU()", "Softmax(dim=-1)", "LeakyReLU(0.1)", "SiLU()", "ReLU(inplace=True)"]
    if writer.random.random() < 0.5:
        writer.lines.append(f"x = {writer.random.choice(ways)}")
    else:
        writer.lines.append(f"x = {writer.make(writer.random.choice(layers))}(x)")


def _norm(writer: Writer) -> None:
    writer.lines.append(f"x = {writer.make(f'LayerNorm({writer.size()})')}(x)")


def _dropout(writer: Writer) -> None:
    ways = [f"{writer.make('Dropout(0.3)')}(x)", "F.dropout(x, 0.5, training=self.training)"]
    writer.lines.append(f"x = {writer.random.choice(ways)}")


def _residual(writer: Writer) -> None:
    part = writer.linear(writer.shape[-1])
    ways = [f"x = x + {part}(x)", f"x = x + F.relu({part}(x))", f"x = x * torch.sigmoid({part}(x))"]
    ways += [f"y = {part}(x)\nx = x - 0.5 * y", f"x = torch.cat([x, {part}(x)], dim=-1)"]
    chosen = writer.random.choice(ways)
    writer.lines += chosen.split("\n")
    if "cat" in chosen:
        writer.shape = (*writer.shape[:-1], 2 * writer.shape[-1])


def _arithmetic(writer: Writer) -> None:
    ways = ["x = 2 * x - 1", "x = x / 2 + 0.5", "x = -x", "x = x ** 2", "x = torch.abs(x)", "x = x.clamp(-1, 1)"]
    writer.lines.append(writer.random.choice(ways))


def _repeated(writer: Writer) -> None:
    """Use a layer several times."""
    part = writer.linear(writer.shape[-1])
    writer.lines += [f"for _ in range({writer.random.randint(2, 3)}):", f"    x = torch.tanh({part}(x))"]


def _stack(writer: Writer) -> None:
    """Make a Sequential, whose layers are those of the module."""
    hidden, size = writer.random.randint(1, 5), writer.random.randint(1, 4)
    parts = f"nn.Linear({writer.size()}, {hidden}), nn.ReLU(), nn.Linear({hidden}, {size})"
    writer.lines.append(f"x = {writer.make(f'Sequential({parts})')}(x)")
    writer.shape = (*writer.shape[:-1], size)


def _reduced(writer: Writer) -> None:
    """Make a vector of a sequence."""
    axis, last = writer.steps_axis, "x[-1]" if writer.axis == 1 else "x[:, -1]"
    ways = [last, f"x.mean(dim={axis})", f"x.sum({axis})", f"x.max(dim={axis}).values", f"torch.mean(x, dim={axis})"]
    writer.lines.append(f"x = {writer.random.choice(ways)}")
    writer.axis, writer.shape = 0, writer.shape[1:]


def _flattened(writer: Writer) -> None:
    ways = ["x.flatten(1)", "torch.flatten(x, start_dim=1)", "x.reshape(x.size(0), -1)", "x.view(x.shape[0], -1)"]
    writer.lines.append(f"x = {writer.random.choice(ways)}")
    writer.shape = (prod(writer.shape),)


def _recurrent(writer: Writer) -> None:
    """Read a sequence, and go on with all outputs, with the last, or with the last state."""
    random, kind, hidden = writer.random, writer.random.choice(["LSTM", "GRU", "RNN"]), writer.random.randint(1, 4)
    layers, both, first = random.choice([1, 1, 2]), random.random() < 0.3, writer.axis == 0
    options = [f"num_layers={layers}"] * (layers > 1) + ["bidirectional=True"] * both + ["batch_first=True"] * first
    part = writer.make(f"{kind}({', '.join([str(writer.size()), str(hidden), *options])})")
    size = hidden * (2 if both else 1)
    state = "(h, c)" if kind == "LSTM" else "h"
    rest = random.random()
    if rest < 0.5:
        writer.lines.append(f"x, {random.choice([state, '_'])} = {part}(x)")
        writer.shape = (*writer.shape[:-1], size)
    elif rest < 0.75:
        writer.lines += [f"out, _ = {part}(x)", "x = out[-1]" if writer.axis == 1 else "x = out[:, -1]"]
        writer.axis, writer.shape = 0, (size,)
    else:
        writer.lines += [f"_, {state} = {part}(x)", "x = torch.cat([h[-2], h[-1]], dim=1)" if both else "x = h[-1]"]
        writer.axis, writer.shape = 0, (size,)


def _attention(writer: Writer) -> None:
    """Let a sequence look at itself."""
    heads, size, first = writer.random.choice([1, 2]), writer.shape[-1], writer.axis == 0
    part = writer.make(f"MultiheadAttention({size}, {heads}{', batch_first=True' if first else ''})")
    ways = [f"x, _ = {part}(x, x, x)", f"a, w = {part}(x, x, x)\nx = x + a"]
    ways += [f"x = x + {part}(x, x, x, need_weights=False)[0]"]
    writer.lines += writer.random.choice(ways).split("\n")


def _transposed(writer: Writer) -> None:
    """Exchange steps and features."""
    ways = ["x.transpose(1, 2)", "x.permute(0, 2, 1)", "x.mT"]
    writer.lines.append(f"x = {writer.random.choice(ways)}")
    writer.shape = writer.shape[::-1]


DECIDE = ("x[-1]", "out[-1]", "dim=0", "sum(0)", ".LSTM(", ".GRU(", ".RNN(", "MultiheadAttention(")
"""What only fits a batch along the second axis, where code has the steps first."""
ALWAYS: Sequence[Callable[[Writer], None]] = (
    *(_linear, _linear, _activation, _activation, _norm, _dropout, _residual, _arithmetic, _repeated, _stack),
)


def _next(writer: Writer) -> Callable[[Writer], None]:
    """Choose what fits the shape."""
    found = [*ALWAYS]
    if len(writer.shape) == 2:
        found += [_reduced, _recurrent, _recurrent, _recurrent, _attention]
        found += [_flattened, _transposed] if writer.axis == 0 else []
    return writer.random.choice(found)


def written(number: int) -> Written:
    """Write a module."""
    random = Random(f"module {number}")
    form, steps, features = random.choice(["vector", "steps", "steps", "steps", "words"]), random.randint(1, 4), 0
    features, rows, axis = random.randint(1, 4), 0, 0
    shape: Shape = (features,) if form == "vector" else (steps, features)
    if form != "vector" and random.random() < 0.4:
        axis = 1
    writer = Writer(random, shape, axis)
    if form == "words":
        rows, shape = random.randint(2, 6), (steps,)
        padding = random.choice(["", "", ", padding_idx=0"])
        writer.lines.append(f"x = {writer.make(f'Embedding({rows}, {features}{padding})')}(x)")
    for _ in range(random.randint(1, 5)):
        _next(writer)(writer)
    if axis == 1 and not any(sign in line for sign in DECIDE for line in (*writer.made, *writer.lines)):
        axis = 0  # nothing in the code says which axis is that of the batch
    batch = random.randint(2, 5)
    whole = [*shape]
    whole.insert(axis, batch)
    given = f"torch.randint(0, {rows}, {(*whole,)})" if rows else f"torch.randn{(*whole,)}"
    made = "\n        ".join(writer.made or ["pass"])
    lines = "\n        ".join([*writer.lines, "return x"])
    code = f"""import torch
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {made}

    def forward(self, x):
        {lines}

net = Net()
output = net({given})
"""
    return Written(number, code, shape, rows, axis)


def weights(shapes: Sequence[Shape], number: int) -> list[np.ndarray]:
    """Return the weights of a module in their order."""
    return [numbers(shape, number, f"weight {place}") for place, shape in enumerate(shapes)]


@dataclass(frozen=True)
class Reply:
    """What a module answers."""

    shapes: list[Shape]
    """The shapes of its weights, in their order in `state_dict`."""
    count: int
    outputs: list[Any]
    """The output of each sample."""


def reply_of_kit(module: Written, samples: int = SAMPLES) -> Reply | str:
    """Return what the kit's model answers; why, if it refuses."""
    try:
        model = read_keras(module.code)
        layers = [(each.place, True, each.layer, each.shapes) for each in model.first_uses]
        layers += [(each.place, False, each.layer, each.shapes) for each in model.idle]
        ordered = sorted(layers, key=lambda each: each[:2])
        shapes = [shape for _, _, layer, given in ordered for shape in layer.weight_shapes(*given).values()]
        own = weights_from(model, weights(shapes, module.number))
        outputs = [run_model(model, each, weights=own).output.tolist() for each in module.inputs[:samples]]
        return Reply(shapes, model.parameter_count, outputs)
    except KitError as error:
        return str(error)
