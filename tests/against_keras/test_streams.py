"""The belt of a Transformer beside a live Keras: what the branches read and write, and each sum, at every word."""

import numpy as np
import pytest

from tests.against_keras.live import Largest, fill, keras, real_names
from tests.diagrams.unrolled.views.test_transformer import WORDS, check_vector
from tests.tables import blocks
from unrolled import embed, read_keras, run_model, transformer, weights_of
from unrolled.model import Tensor
from unrolled.shapes.cells import Vector
from unrolled.views.transformer import streams_of

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

CODES = blocks(__file__)


def of_stream(trace, stream):
    """List what is on a belt in the order of the code above: read, normed, written, summed, and normed after that."""
    for part in stream:
        kinds = [(at, trace.model.nodes[at].layer.name_in_code) for at in part.branch]
        yield part.read
        yield from (Tensor(at) for at, kind in kinds if kind == "LayerNormalization")
        yield from (part.written, Tensor(part.adding), *map(Tensor, part.after))


@pytest.mark.parametrize(("units", "heads", "blocks"), [(4, 2, 1), (8, 1, 2), (3, 3, 3)])
@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_every_number_on_the_belt_is_the_one_that_keras_has(code, units, heads, blocks):
    """With random weights, within 1e-5; a block that is drawn shows them."""
    code, largest = code.format(units=units, heads=heads, blocks=blocks), Largest()
    names, model = real_names(code), read_keras(code)
    fill(names["m"], np.random.default_rng(units))
    weights, vectors = weights_of(model, names["m"]), embed(WORDS[:4], units)
    trace = run_model(model, vectors, weights=weights)
    (stream,) = streams_of(model)
    inside = keras.Model(names["m"].inputs, names["belt"])
    theirs = [np.asarray(each)[0] for each in inside(keras.ops.convert_to_tensor(vectors[None], dtype="float32"))]
    ours = [trace.value(each) for each in of_stream(trace, stream)]
    assert len(ours) == len(theirs)
    for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        largest.compare(f"number {at} on the belt", one, other)
    for step in range(1, 5):
        picture = transformer(model, WORDS[:4], vectors, weights, step=step, block=blocks)
        shapes = {shape.name: shape for shape in picture.shapes if isinstance(shape, Vector)}
        check_vector(shapes["start"], theirs[0][step - 1])
        check_vector(shapes["stream-2"], theirs[-1][step - 1])
