"""Random layers of torch with the shapes of what they read, and what the kit's own layers answer.

What torch answers is in `answers.py`. Weights and inputs follow from names and numbers alone, so both sides have the
same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

import numpy as np

from unrolled import KitError, Weights
from unrolled.layers.recurrent import Bidirectional
from unrolled.layers.torch import LAYERS, TorchRecurrent
from unrolled.numbers.run import answered

SAMPLES = 2
"""How many samples torch reads at once; the kit reads each of them alone."""


@dataclass(frozen=True)
class Case:
    """A layer: its name in torch.nn, its options, and the shapes of one sample of what it reads."""

    number: int
    name: str
    options: Mapping[str, Any]
    shapes: tuple[tuple[int, ...], ...]
    call: Mapping[str, Any] = field(default_factory=dict)
    """The options of the call."""
    rows: int = 0
    """If it reads rows of a table, how many there are."""

    def __str__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{self.number}: {self.name}({options}) over {self.shapes} {dict(self.call) or ''}"

    @property
    def inputs(self) -> list[np.ndarray]:
        """The inputs of all samples: (samples, …)."""
        if self.rows:
            return [np.random.default_rng(self.number).integers(0, self.rows, (SAMPLES, *self.shapes[0]))]
        return [numbers((SAMPLES, *shape), self.number, f"input {place}") for place, shape in enumerate(self.shapes)]

    @property
    def is_recurrent(self) -> bool:
        """Whether it is RNN, LSTM or GRU, whose options say which axis is that of the batch."""
        return self.name in ("RNN", "LSTM", "GRU")

    @property
    def batch_axis(self) -> int:
        """The axis of the batch in what it reads and returns."""
        return 1 if "batch_first" in self.options and not self.options["batch_first"] else 0


def numbers(shape: Sequence[int], number: int, name: str) -> np.ndarray:
    """Draw numbers in single precision, which follow from the case and a name."""
    drawn = np.random.default_rng([number, crc32(name.encode())]).normal(0.0, 0.6, shape).astype(np.float32)
    return np.abs(drawn) + np.float32(0.1) if name.endswith("running_var") else drawn


def _linear(random: Random) -> dict[str, Any]:
    size = random.randint(1, 5)
    shape = (*random.choice([(), (3,), (2, 3)]), size + (random.random() < 0.1))
    return {
        "in_features": size,
        "out_features": random.randint(1, 4),
        "bias": random.random() < 0.7,
        "shapes": (shape,),
    }


def _embedding(random: Random) -> dict[str, Any]:
    rows = random.randint(2, 6)
    padding = random.choice([None, 0, rows - 1, -1, rows if random.random() < 0.3 else 1])
    shape = random.choice([(), (3,), (2, 2)])
    return {
        "num_embeddings": rows,
        "embedding_dim": random.randint(1, 4),
        "padding_idx": padding,
        "shapes": (shape,),
        "rows": rows,
    }


def _recurrent(random: Random, **more: Any) -> dict[str, Any]:
    layers, ways, size = random.choice([1, 1, 2, 3]), random.choice([False, False, True]), random.randint(1, 4)
    hidden, given = random.randint(1, 4), random.random() < 0.4
    first = ((layers * (2 if ways else 1), hidden),) if given else ()
    return {
        "input_size": size,
        "hidden_size": hidden,
        "num_layers": layers,
        "bias": random.random() < 0.8,
        "batch_first": random.random() < 0.5,
        "bidirectional": ways,
        **more,
        "dropout": random.choice([0.0, 0.3]) if layers > 1 else 0.0,
        "shapes": ((random.randint(1, 5), size + (random.random() < 0.08)), *first),
    }


def _rnn(random: Random) -> dict[str, Any]:
    return _recurrent(random, nonlinearity=random.choice(["tanh", "tanh", "relu"]))


def _lstm(random: Random) -> dict[str, Any]:
    found = _recurrent(random)
    return {**found, "shapes": (*found["shapes"], *found["shapes"][1:])}


def _cell(random: Random, states: int = 1) -> dict[str, Any]:
    size, hidden = random.randint(1, 4), random.randint(1, 4)
    first = ((hidden + (random.random() < 0.08),),) * states if random.random() < 0.6 else ()
    return {
        "input_size": size,
        "hidden_size": hidden,
        "bias": random.random() < 0.8,
        "shapes": ((size + (random.random() < 0.08),), *first),
    }


def _rnn_cell(random: Random) -> dict[str, Any]:
    return {**_cell(random), "nonlinearity": random.choice(["tanh", "relu"])}


def _lstm_cell(random: Random) -> dict[str, Any]:
    return _cell(random, 2)


def _attention(random: Random) -> dict[str, Any]:
    heads, width, first = random.randint(1, 3), random.randint(1, 3), random.random() < 0.5
    size = heads * width + (random.random() < 0.1)
    kdim, vdim = random.choice([(None, None), (None, None), (size, size), (3, 2), (None, 4)])
    steps, keys = random.randint(1, 4), random.randint(1, 4)
    call = {"need_weights": random.random() < 0.8, "average_attn_weights": random.random() < 0.5}
    return {
        "embed_dim": size,
        "num_heads": heads,
        "bias": random.random() < 0.7,
        "kdim": kdim,
        "vdim": vdim,
        "batch_first": first,
        "shapes": ((steps, size), (keys, vdim or size), (keys, kdim or size)),
        "call": call,
    }


def _layer_norm(random: Random) -> dict[str, Any]:
    shape = tuple(random.randint(1, 4) for _ in range(random.randint(1, 3)))
    ends = shape[-random.randint(1, len(shape)) :]
    wrong = random.random() < 0.08
    affine, bias = random.random() < 0.8, random.random() < 0.7
    return {
        "normalized_shape": (*ends[:-1], ends[-1] + wrong) if len(ends) > 1 or wrong else ends[0],
        "eps": random.choice([1e-5, 1e-3]),
        "elementwise_affine": affine,
        "bias": bias,
        "shapes": (shape,),
    }


def _batch_norm(random: Random, axes: int) -> dict[str, Any]:
    shape = tuple(random.randint(1, 4) for _ in range(axes))
    count = shape[0] + (random.random() < 0.08)
    return {
        "num_features": count,
        "eps": random.choice([1e-5, 1e-3]),
        "affine": random.random() < 0.8,
        "shapes": (shape,),
    }


def _batch_norm_1d(random: Random) -> dict[str, Any]:
    return _batch_norm(random, random.choice([1, 2]))


def _batch_norm_2d(random: Random) -> dict[str, Any]:
    return _batch_norm(random, random.choice([3, 3, 3, 3, 2]))


def _group_norm(random: Random) -> dict[str, Any]:
    groups, own = random.randint(1, 3), random.random() < 0.08
    channels = groups * random.randint(1, 2)
    return {
        "num_groups": groups,
        "num_channels": channels + own,
        "eps": random.choice([1e-5, 1e-3]),
        "affine": random.random() < 0.8,
        "shapes": ((channels, *(random.randint(2, 4) for _ in range(random.randint(0, 2)))),),
    }


def _window(random: Random, axes: int) -> dict[str, Any]:
    """Choose the options that convolutions and pooling share."""

    def size(least: int, most: int) -> Any:
        one = random.randint(least, most)
        return one if random.random() < 0.6 else tuple(random.randint(least, most) for _ in range(axes))

    return {"kernel_size": size(1, 3), "stride": size(1, 2), "padding": size(0, 1)}


def _convolution(random: Random, axes: int) -> dict[str, Any]:
    groups, own = random.choice([1, 1, 1, 2]), random.random() < 0.08
    channels = groups * random.randint(1, 2)
    options = _window(random, axes)
    if random.random() < 0.2:
        options["padding"] = random.choice(["same", "valid"])
    return {
        "in_channels": channels,
        "out_channels": groups * random.randint(1, 3),
        "groups": groups,
        **options,
        "dilation": random.choice([1, 1, 2]),
        "bias": random.random() < 0.8,
        "shapes": ((channels + own, *(random.randint(2, 5) for _ in range(axes))),),
    }


def _conv_1d(random: Random) -> dict[str, Any]:
    return _convolution(random, 1)


def _conv_2d(random: Random) -> dict[str, Any]:
    return _convolution(random, 2)


def _pool(random: Random, axes: int) -> dict[str, Any]:
    options = _window(random, axes)
    if random.random() < 0.4:
        options["stride"] = None
    shape = (random.randint(1, 3), *(random.randint(2, 5) for _ in range(axes)))
    return {**options, "shapes": (shape,)}


def _pool_1d(random: Random) -> dict[str, Any]:
    return _pool(random, 1)


def _pool_2d(random: Random) -> dict[str, Any]:
    return _pool(random, 2)


def _average_1d(random: Random) -> dict[str, Any]:
    return {**_pool(random, 1), "count_include_pad": random.random() < 0.5}


def _average_2d(random: Random) -> dict[str, Any]:
    return {**_pool(random, 2), "count_include_pad": random.random() < 0.5}


def _plain(random: Random) -> dict[str, Any]:
    return {"shapes": (tuple(random.randint(1, 4) for _ in range(random.randint(1, 3))),)}


def _flatten(random: Random) -> dict[str, Any]:
    shape = tuple(random.randint(1, 3) for _ in range(random.randint(1, 3)))
    return {"start_dim": random.choice([1, 1, 2]), "end_dim": random.choice([-1, -1, -2, 2]), "shapes": (shape,)}


def _softmax(random: Random) -> dict[str, Any]:
    found = _plain(random)
    return {"dim": random.choice([-1, 1, len(found["shapes"][0]), 4]), **found}


def _leaky(random: Random) -> dict[str, Any]:
    return {"negative_slope": random.choice([0.01, 0.2]), **_plain(random)}


def _elu(random: Random) -> dict[str, Any]:
    return {"alpha": random.choice([1.0, 0.5]), **_plain(random)}


def _dropout(random: Random) -> dict[str, Any]:
    return {"p": random.choice([0.0, 0.5, 1.0, 1.2]), **_plain(random)}


OFTEN: dict[str, Callable[[Random], dict[str, Any]]] = {
    "LSTM": _lstm,
    "GRU": _recurrent,
    "RNN": _rnn,
    "Linear": _linear,
    "MultiheadAttention": _attention,
    "Conv1d": _conv_1d,
    "Conv2d": _conv_2d,
    "LayerNorm": _layer_norm,
}
KINDS: dict[str, Callable[[Random], dict[str, Any]]] = {
    "Embedding": _embedding,
    "LSTMCell": _lstm_cell,
    "GRUCell": _cell,
    "RNNCell": _rnn_cell,
    "Flatten": _flatten,
    "BatchNorm1d": _batch_norm_1d,
    "BatchNorm2d": _batch_norm_2d,
    "GroupNorm": _group_norm,
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
    "MaxPool1d": _pool_1d,
    "MaxPool2d": _pool_2d,
    "AvgPool1d": _average_1d,
    "AvgPool2d": _average_2d,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "Dropout": _dropout,
    "Dropout1d": _dropout,
    "Dropout2d": _dropout,
    **{name: _plain for name in LAYERS if hasattr(LAYERS[name], "computes") or name == "Identity"},
}
"""How the options of each layer are chosen; the first are chosen more often."""


def case(number: int) -> Case:
    """Draw a case."""
    random, kinds = Random(number), {**OFTEN, **KINDS}
    name = random.choice([*OFTEN]) if random.random() < 0.6 else random.choice([*KINDS])
    options = kinds[name](random)
    apart = {key: options.pop(key) for key in ("shapes", "call", "rows") if key in options}
    return Case(number, name, options, **apart)


@dataclass(frozen=True)
class Answer:
    """What a layer is and returns."""

    shapes: dict[str, tuple[int, ...]]
    """The shapes of its weights by their names in `state_dict`, in that order."""
    count: int
    """How many parameters it has."""
    outputs: list[list[Any]]
    """For each sample, everything that is returned."""


def answer_of_kit(drawn: Case, samples: int = SAMPLES) -> Answer | None:
    """Return what the kit's layer answers; None if it refuses."""
    try:
        if drawn.is_recurrent:
            return _levels(drawn, samples)
        call = dict(drawn.call)
        if "need_weights" in call:
            call["return_attention_scores"] = call.pop("need_weights")
        layer = LAYERS[drawn.name](**drawn.options, **call)
        layer.check_inputs(*drawn.shapes)
        shapes, returned = layer.weight_shapes(*drawn.shapes), layer.output_shapes(*drawn.shapes)
        weights = Weights(**{name: numbers(shape, drawn.number, name) for name, shape in shapes.items()})
        outputs = []
        for sample in range(samples):
            given = [each[sample] for each in drawn.inputs]
            trace = answered(layer, weights, given, [None] * len(given), None)
            assert [each.shape for each in trace.returned] == [*returned]
            outputs.append([each.tolist() for each in trace.returned])
        return Answer(shapes, layer.parameter_count(*drawn.shapes), outputs)
    except KitError:
        return None


def _levels(drawn: Case, samples: int) -> Answer:
    """Run the layers one above the other."""
    kind = LAYERS[drawn.name]
    assert issubclass(kind, TorchRecurrent)
    layer, count = kind(**drawn.options), 0
    shapes: dict[str, tuple[int, ...]] = {}
    outputs = []
    for sample in range(samples):
        given, *firsts = [each[sample] for each in drawn.inputs]
        kept: list[list[Any]] = [[] for _ in layer.state_names]
        count, many = 0, len(layer.state_names)
        for place, level in enumerate(layer.levels):
            own = level.weight_shapes(given.shape)
            shapes |= own
            weights = Weights(**{name: numbers(shape, drawn.number, name) for name, shape in own.items()})
            ways = 2 if isinstance(level, Bidirectional) else 1
            rows = range(place * ways, (place + 1) * ways)
            states = [first[row] for row in rows for first in firsts] or None
            trace = answered(level, weights, [given], [None], states)
            count += level.parameter_count(given.shape)
            for at, state in enumerate(trace.returned[1:]):
                kept[at % many].append(state.tolist())
            given = trace.output
        outputs.append([given.tolist(), *kept])
    return Answer(shapes, count, outputs)
