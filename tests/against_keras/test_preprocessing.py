"""Layers that prepare data return what Keras says, in shapes."""

import pytest

from unrolled.reader.preprocessing import RULES, UNCHANGED, read

pytestmark = [
    pytest.mark.keras,
    pytest.mark.when_changed("diagrams/unrolled/reader/preprocessing.py", "requirements-verify.txt"),
]
NEEDED = {"RandomRotation": (0.1,), "RandomZoom": (0.1,), "RandomBrightness": (0.1,), "RandomContrast": (0.1,)}
NEEDED |= {"RandomTranslation": (0.1, 0.1), "RandomShear": (0.1,), "RandomSaturation": (0.1,), "RandomHue": (0.1,)}
NEEDED |= {"RandomSharpness": (0.1,), "RandomPosterization": (4,)}
CASES = [(kind, {}, (8, 8, 3)) for kind in UNCHANGED]
CASES += [(kind, {"height": 5, "width": 4}, (8, 8, 3)) for kind in ("CenterCrop", "RandomCrop", "Resizing")]
CASES += [("Discretization", {"bin_boundaries": [0.0, 1.0]}, (3,))]
CASES += [
    ("CategoryEncoding", {"num_tokens": 7, "output_mode": mode}, shape)
    for mode in ("multi_hot", "one_hot", "count")
    for shape in ((5,), (1,), (4, 3))
]
TENSORFLOW = {"Hashing", "IntegerLookup", "StringLookup", "TextVectorization"}
"""Layers that Keras makes only where TensorFlow is installed."""


@pytest.mark.parametrize(("kind", "options", "shape"), CASES)
def test_a_preprocessing_layer_returns_the_shape_that_keras_says(kind, options, shape):
    """The first axis of Keras's shape is the batch."""
    import keras

    layer = getattr(keras.layers, kind)(*NEEDED.get(kind, ()), **options)
    assert (None, *read(kind, options).output_shapes(shape)[0]) == tuple(layer.compute_output_shape((None, *shape)))


def test_every_layer_is_compared_that_can_be():
    """A new one needs a case."""
    assert {kind for kind, *_ in CASES} | TENSORFLOW == RULES.keys()
