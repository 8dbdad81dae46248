"""One layer twice, made by the real Keras and by the kit from the same options, over the same inputs and masks."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled import KitError, Model, Weights, run_model
from unrolled.layers import known
from unrolled.layers.activations import activation_of
from unrolled.layers.convolution import ConvolutionTrace, GlobalPoolingTrace, PoolingTrace, SeparableTrace
from unrolled.layers.core import DenseTrace, EmbeddingTrace, SummedTrace, TimeDistributedTrace
from unrolled.layers.layer import Layer, ShapeOnly
from unrolled.layers.normalization import NormalizedTrace
from unrolled.model import Call, Entry, Node, Tensor

OPEN = tuple[int | None, ...]
SEVERAL = ("MultiHeadAttention",)
"""What is called with its inputs one by one, rather than with a list."""
OF_THE_CALL = ("return_attention_scores", "use_causal_mask")
"""Options that Keras takes when a layer is called."""


@dataclass(frozen=True)
class Case:
    """A layer's name in code, its options, the shapes that go in, and which inputs pass through Masking first."""

    name: str
    options: Mapping[str, Any]
    shapes: tuple[OPEN, ...]
    masked: tuple[bool, ...] = ()

    @property
    def seed(self) -> int:
        """A number that follows from the case itself, so that the record of none changes when others are added."""
        return zlib.crc32(str(self).encode())

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{self.name}({said}) over {' and '.join(map(str, self.shapes))}, masked {self.masked}"


def our_layer(case: Case) -> Layer:
    """Make the kit's layer; a wrapped one is given by its name and options."""
    options = {name: our_layer(each) if isinstance(each, Case) else each for name, each in case.options.items()}
    return known()[case.name](
        **{name: "linear" if value is None and name == "activation" else value for name, value in options.items()}
    )


def our_model(case: Case) -> Model:
    """Put the kit's layer to work on as many inputs as there are shapes, some of them through Masking."""
    layer = our_layer(case)
    entries, nodes, given = [], [], []
    for number, shape in enumerate(case.shapes):
        entries.append(Entry(shape))
        given.append(Tensor(None, number))
        if case.masked and case.masked[number]:
            mask = known()["Masking"]()
            returned = mask.output_shapes(shape)
            nodes.append(Node(mask, len(nodes), (given[-1],), None, (shape,), returned, (Call("Masking()", ()),)))
            given[-1] = Tensor(len(nodes) - 1)
    layer.check_inputs(*case.shapes)
    returned = layer.output_shapes(*case.shapes)
    last = Node(layer, len(nodes), tuple(given), None, tuple(case.shapes), returned, (Call(f"{case.name}()", ()),))
    outputs = tuple(Tensor(len(nodes), output) for output in range(len(returned)))
    return Model(tuple(entries), (*nodes, last), outputs)


def sample(case: Case, seed: int) -> list[np.ndarray]:
    """Draw inputs of one sample, rows of its table for an Embedding; of a masked one some steps are nought."""
    random = np.random.default_rng(seed)
    if case.name == "Embedding":
        (shape,) = case.shapes
        return [random.integers(case.options["input_dim"], size=[3 if each is None else each for each in shape])]
    found = []
    for number, shape in enumerate(case.shapes):
        values = random.uniform(-1, 1, [3 if length is None else length for length in shape]).round(2)
        if case.masked and case.masked[number]:
            values[random.random(len(values)) < 0.4] = 0
        found.append(values)
    return found


def random_weights(shapes: Sequence[tuple[int, ...]], seed: int) -> list[np.ndarray]:
    """Draw weights, all of them positive where a variance may be among them."""
    random = np.random.default_rng(seed)
    return [np.round(random.uniform(0.1, 1, shape), 2) for shape in shapes]


@dataclass(frozen=True)
class Answer:
    """What a layer says of itself and answers; None for what isn't computed."""

    shapes: list[OPEN]
    weights: list[tuple[int, ...]]
    parameters: int
    outputs: list[np.ndarray] | None
    mask: np.ndarray | None


def ours(case: Case, inputs: list[np.ndarray], weights: Sequence[np.ndarray] | None = None, seed: int = 0) -> Answer:
    """Ask the kit. Raises KitError."""
    model = our_model(case)
    node = model.nodes[-1]
    shapes = list(node.layer.weight_shapes(*node.shapes).values())
    count, declared = model.parameter_count, list(node.layer.declared_shapes(*node.shapes))
    try:
        arrays = random_weights(shapes, seed) if weights is None else weights
        named = Weights(**dict(zip(node.layer.weight_shapes(*node.shapes), arrays, strict=True)))
        trace = run_model(model, *inputs, weights=[*[Weights()] * (len(model.layers) - 1), named])
    except KitError:
        if not isinstance(node.layer, ShapeOnly):
            raise
        return Answer(declared, shapes, count, None, None)
    check_inside(trace.traces[-1])
    return Answer(declared, shapes, count, list(trace.outputs), trace.traces[-1].mask_of(0))


def check_inside(trace: Any) -> None:
    """Follow what a trace keeps from step to step, by other ways than the layer's, up to the output."""
    layer, output, weights = trace.layer, trace.output, trace.weights
    axes = getattr(layer, "spatial_axes", 1)
    first = getattr(layer, "data_format", None) == "channels_first"
    match trace:
        case TimeDistributedTrace():
            for step in trace.steps:
                check_inside(step)
            np.testing.assert_allclose([step.output for step in trace.steps], output)
        case SummedTrace():
            bias = weights.get("bias", np.zeros(()))
            shifted = np.moveaxis(trace.product, 0, -1) + bias if first else trace.product + bias
            np.testing.assert_allclose(
                np.moveaxis(shifted, -1, 0) if first else shifted.reshape(output.shape), trace.biased
            )
            np.testing.assert_allclose(activation_of(getattr(layer, "activation", "linear"))(trace.biased), output)
            if isinstance(trace, DenseTrace):
                np.testing.assert_allclose(trace.terms.sum(axis=-2), trace.product, atol=1e-12)
            if isinstance(trace, ConvolutionTrace) and getattr(layer, "groups", 0) == 1:
                ends = [*range(axes, 2 * axes + 1)], [*range(axes + 1)]
                sums = np.tensordot(trace.windows, weights["kernel"], ends)
                np.testing.assert_allclose(
                    sums, np.moveaxis(trace.product, 0, -1) if first else trace.product, atol=1e-12
                )
            if isinstance(trace, SeparableTrace):
                assert trace.depthwise.shape[-1] == weights["pointwise_kernel"].shape[-2]
        case PoolingTrace():
            flat = trace.windows.reshape(*trace.windows.shape[:axes], -1, trace.windows.shape[-1])
            largest = np.take_along_axis(flat, trace.winners[..., None, :], axis=axes).squeeze(axes)
            mean = np.nansum(flat, axis=axes) / trace.counts
            found = largest if layer.name_in_code.startswith("Max") else mean
            np.testing.assert_allclose(np.moveaxis(found, -1, 0) if first else found, output)
        case GlobalPoolingTrace() if layer.name_in_code.startswith("GlobalMax"):
            steps = np.moveaxis(trace.inputs, 0, -1) if first else trace.inputs
            found = steps.reshape(-1, steps.shape[-1])[trace.winners, np.arange(steps.shape[-1])]
            np.testing.assert_allclose(found, output.ravel())
        case NormalizedTrace():
            spread = np.sqrt(trace.variance + layer.epsilon)
            np.testing.assert_allclose(trace.normalized * spread + trace.mean, trace.inputs, atol=1e-9)
            shift = np.subtract(output, trace.scaled)
            places = tuple(place for place, length in enumerate(layer.broad(output.shape)) if length == 1)
            np.testing.assert_allclose(shift, shift.mean(axis=places, keepdims=True) + 0 * shift, atol=1e-9)
        case EmbeddingTrace():
            np.testing.assert_allclose(trace.one_hot @ weights["embeddings"], output)
            np.testing.assert_allclose(weights["embeddings"][trace.rows], output)


def theirs(case: Case, inputs: list[np.ndarray], seed: int = 0) -> tuple[Answer, list[np.ndarray]]:
    """Ask the real Keras, symbolically and with numbers; answer also the weights. Raises whatever Keras raises."""
    from tests.against_keras.live import keras

    layer = _their_layer(case, keras)
    said = {name: case.options[name] for name in OF_THE_CALL if name in case.options}
    symbolic = _called(layer, case, [keras.Input(shape) for shape in case.shapes], said)
    declared = [tuple(each.shape) for each in keras.tree.flatten(symbolic)]
    weights = random_weights([each.shape for each in layer.get_weights()], seed)
    layer.set_weights(weights)
    if issubclass(known()[case.name], ShapeOnly) and case.name != "UpSampling2D":
        shapes = [each.shape for each in layer.get_weights()]
        return Answer([each[1:] for each in declared], shapes, layer.count_params(), None, None), weights
    batch = [keras.ops.convert_to_tensor(each[None], dtype="float32") for each in inputs]
    masked = case.masked or (False,) * len(batch)
    batch = [keras.layers.Masking()(each) if skip else each for each, skip in zip(batch, masked, strict=True)]
    found = keras.tree.flatten(_called(layer, case, batch, said))
    mask = keras.src.backend.get_keras_mask(found[0])
    return (
        Answer(
            [each[1:] for each in declared],
            [each.shape for each in layer.get_weights()],
            layer.count_params(),
            [keras.ops.convert_to_numpy(each)[0] for each in found],
            None if mask is None else keras.ops.convert_to_numpy(mask)[0],
        ),
        weights,
    )


def _their_layer(case: Case, keras: Any) -> Any:
    options = {
        name: _their_layer(each, keras) if isinstance(each, Case) else each
        for name, each in case.options.items()
        if name not in OF_THE_CALL
    }
    return getattr(keras.layers, case.name)(**options)


def _called(layer: Any, case: Case, inputs: list[Any], said: Mapping[str, Any]) -> Any:
    kind = known()[case.name]
    if case.name in SEVERAL:
        return layer(*inputs, **said)
    return layer(inputs if kind.most_inputs != 1 else inputs[0], **said)
