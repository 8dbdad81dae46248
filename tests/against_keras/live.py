"""One model twice: made by the real Keras from its code, and read from the same code by the kit."""

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.sampling import EFFORT
from unrolled import Model, ModelTrace, read_keras, run_model, weights_from, weights_of

keras = pytest.importorskip("keras", reason="compared only where Keras is installed", exc_type=ImportError)

CLOSE = 1e-5


def tried(most: int) -> int:
    """Return how many examples are tried of those at night: a third."""
    return most if EFFORT.one_in == 1 else most // 3


calm = settings(
    max_examples=tried(30),
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # whoever sees one fail sees its code; a smaller one takes Keras minutes
    suppress_health_check=list(HealthCheck),
)
"""Settings of tests with random code."""


def _share_tensors() -> None:
    """Have the NumPy backend convert a tensor to itself, as JAX does: Keras keeps masks as attributes of tensors."""
    copies = keras.src.backend.convert_to_tensor

    def converted(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
        if type(x) is np.ndarray and dtype in (None, str(x.dtype)):
            return x
        return copies(x, dtype, sparse, ragged)

    for module in [*sys.modules.values()]:
        if module.__name__.startswith("keras.src") and getattr(module, "convert_to_tensor", None) is copies:
            module.convert_to_tensor = converted


if keras.backend.backend() == "numpy":
    _share_tensors()


@dataclass
class Largest:
    """The largest difference that was met, by what was compared."""

    found: dict[str, float] = field(default_factory=dict)

    def compare(self, what: str, ours: Any, theirs: Any, among: str = "") -> None:
        """Hold two arrays against each other; the difference is kept `among` others of its kind, or by itself."""
        ours, theirs = np.asarray(ours), np.asarray(theirs)
        assert ours.shape == theirs.shape, what
        np.testing.assert_allclose(ours, theirs, atol=CLOSE, rtol=CLOSE, err_msg=what, equal_nan=False)
        off = np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))
        kept = among or what
        self.found[kept] = max(self.found.get(kept, 0.0), float(off.max(initial=0)))

    def __str__(self) -> str:
        return ", ".join(f"{what} {off:.1e}" for what, off in sorted(self.found.items()))


def real_model(code: str) -> Any:
    """Run a code block, as its reader would, and take its model."""
    return real_names(code)["m"]


def real_names(code: str) -> dict[str, Any]:
    """Run a code block, and take all that it names."""
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers, **vars(keras.layers)}
    names |= {"Sequential": keras.Sequential, "Model": keras.Model, "Input": keras.Input, "tf": keras}
    names |= {"initializers": keras.initializers, "l2": keras.regularizers.l2, "max_norm": keras.constraints.max_norm}
    exec(code, names)
    return names


def answers(real: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """Let the real model answer one sample; a batch of one."""
    batch = [keras.ops.convert_to_tensor(each[None], dtype="float32") for each in inputs]
    found = real(batch if len(batch) > 1 else batch[0])
    return [keras.ops.convert_to_numpy(each)[0] for each in keras.tree.flatten(found)]


def fill(real: Any, random: np.random.Generator, size: float = 1.0) -> None:
    """Give the real model random weights, small enough that no sum runs away."""
    real.set_weights(
        [random.uniform(-size, size, each.shape) / np.sqrt((*each.shape, 1)[0]) for each in real.get_weights()]
    )


def both(code: str, inputs: list[np.ndarray], seed: int, largest: Largest) -> tuple[ModelTrace, Any]:
    """Compare all that a model says of itself and answers, with random weights and with the kit's own.

    It is read from its code, and from the real model.
    """
    real, ours = real_model(code), read_keras(code)
    check_sizes(ours, real)
    fill(real, np.random.default_rng(seed))
    trace = run_model(ours, *inputs, weights=weights_of(ours, real))
    theirs = answers(real, inputs)
    check_outputs(trace, theirs, largest)
    again = read_keras(real)
    check_sizes(again, real)
    check_outputs(run_model(again, *inputs, weights=weights_of(again, real)), theirs, largest)
    return trace, real


def check_answers(code: str, inputs: list[np.ndarray], seed: int, largest: Largest, what: str) -> Any:
    """Compare what a model of one output counts and answers, with random weights in Keras's order; return Keras's."""
    real, ours = real_model(code), read_keras(code)
    assert ours.parameter_count == real.count_params()
    fill(real, np.random.default_rng(seed))
    trace = run_model(ours, *inputs, weights=weights_from(ours, real.get_weights()))
    largest.compare(what, trace.output, *answers(real, inputs))
    return real


def check_sizes(ours: Model, real: Any) -> None:
    """Compare shapes and counts, of the whole and of each layer."""
    outputs = real.outputs if isinstance(real.outputs, list) else [real.outputs]
    assert [tuple(each.shape[1:]) for each in outputs] == list(ours.output_shapes)
    assert real.count_params() == ours.parameter_count
    theirs = [layer for layer in real.layers if type(layer).__name__ != "InputLayer"]
    assert [type(layer).__name__ for layer in theirs] == [layer.name_in_code for layer in ours.layers]
    for layer, node in zip(theirs, ours.first_uses, strict=True):
        assert layer.count_params() == node.layer.parameter_count(node.shape)
        assert [each.shape for each in layer.get_weights()] == list(node.layer.weight_shapes(node.shape).values())
        assert sizes_of(layer.compute_output_shape((1, *node.shape))) == list(node.returned)


def sizes_of(shapes: Any) -> list[tuple[int, ...]]:
    """List the shapes that Keras tells, one or many, without the batch axis."""
    if shapes and not isinstance(shapes[0], int):
        return [each for one in shapes for each in sizes_of(one)]
    return [tuple(shapes[1:])]


def check_outputs(trace: ModelTrace, theirs: list[np.ndarray], largest: Largest) -> None:
    """Compare all outputs."""
    for ours, real in zip(trace.outputs, theirs, strict=True):
        largest.compare("outputs", ours, real)
