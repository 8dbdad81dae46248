"""Custom layers and views, as the documentation shows them."""

from dataclasses import dataclass, make_dataclass
from typing import ClassVar

import numpy as np
import pytest

import unrolled
from tests.conftest import REPOSITORY
from tests.diagrams.pictures import check_picture
from unrolled import (
    LSTM,
    Dense,
    KitError,
    Layer,
    Weights,
    add_layer,
    cell,
    initial_weights,
    layers,
    model_shapes,
    stack,
    unroll,
)
from unrolled.numbers.run import run_model

PAGE = (REPOSITORY / "docs/own-layers.md").read_text(encoding="utf-8")
LAYER, *_, VIEW = [text.partition("```")[0] for text in PAGE.split("```python\n")[1:]]
WORDS = ["I", "am", "groot"]


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch):
    """Remove what a test adds."""
    monkeypatch.setattr(layers, "_added", {})


@pytest.fixture
def scale():
    """Add the layer of the page."""
    names = {"__name__": "outside"}
    exec(LAYER, names)
    return names["Scale"]


def test_an_added_layer_is_known_by_its_name(scale):
    """Like the kit's own, to everything that reads code; and it is computed."""
    assert "Scale" in layers.known()
    assert layers.known()["Scale"] is scale
    assert set(layers.known()) == {*layers.MODULES, "Scale"}
    assert len(layers.known()) == len(layers.MODULES) + 1
    assert layers.computed()[-1] == "Scale"


def test_an_added_layer_is_counted_and_computed(scale):
    """In every view that draws any layer."""
    model = stack(scale(2.0), LSTM(4), shape=(None, 2))
    picture = model_shapes(model)
    check_picture(picture)
    assert "Scale returns (None, time_steps, 2), 2 parameters" in picture.alt
    inputs = np.arange(6).reshape(3, 2)
    assert run_model(model, inputs).traces[0].output.tolist() == (2 * inputs).tolist()
    weights = [Weights(scale=[3.0, 0.0]), initial_weights(LSTM(4), (3, 2))]
    assert run_model(model, inputs, weights=weights).traces[0].output[-1].tolist() == [24.0, 0.0]
    assert "groot" in cell(model, WORDS).alt


@pytest.mark.parametrize(
    ("says", "shown"),
    [({}, ""), ({"shown_options": ("size", "rate")}, "size 3, rate 0.5"), ({"shown_value": "rate"}, "0.5")],
)
def test_a_block_shows_the_options_that_its_layer_names(says, shown):
    """With their names, or as a bare value; no view has to know them."""
    kind = make_dataclass("Dilated", [("size", int), ("rate", float)], bases=(Layer,), namespace=says, frozen=True)
    drawn = [text.text for shape in model_shapes(stack(kind(3, 0.5), shape=(4,))).shapes for text in shape.texts]
    assert [text for text in drawn if text.startswith(("size", "0.5"))] == [text for text in [shown] if text]


def test_a_layer_with_a_family_is_drawn_as_that(monkeypatch):
    """Under its own name, by views that know which layers they draw."""
    monkeypatch.setattr(unrolled.layers.recurrent.LSTM, "name_in_code", "Memory")
    assert "Inside an LSTM layer" in cell(stack(LSTM(4), shape=(3, 2)), WORDS).alt
    assert "Memory(4)" in unroll(stack(LSTM(4), Dense(1), shape=(3, 2)), WORDS).alt

    class Renamed(LSTM):
        pass

    assert (LSTM.family, Renamed.family) == ("LSTM", "Renamed")


def test_a_view_is_a_function_that_returns_a_picture():
    """It needn't be registered anywhere."""
    names = {"__name__": "outside"}
    exec(VIEW, names)
    picture = names["layer_names"](stack(LSTM(4), Dense(1), shape=(3, 2)))
    check_picture(picture)
    assert picture.alt.startswith("From the bottom: LSTM, then Dense.")


@dataclass(frozen=True)
class Spaced(Layer):
    """A layer whose name isn't one in Python."""

    name_in_code: ClassVar[str] = "a layer"


@dataclass(frozen=True)
class Another(Layer):
    """A layer with a name that Keras uses."""

    name_in_code: ClassVar[str] = "LSTM"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (int, "isn't a layer: write a frozen dataclass that extends unrolled.Layer"),
        (Dense(2), "isn't a layer"),
        (Layer, "isn't a layer"),
        (Spaced, "code can't call a layer 'a layer': give Spaced a name_in_code that Python can use"),
        (Another, "the kit already has the Keras layer LSTM"),
    ],
)
def test_an_invalid_custom_layer_is_an_error(kind, says):
    """It says what to write, and nothing is added."""
    with pytest.raises(KitError, match=says):
        add_layer(kind)
    assert set(layers.known()) == set(layers.MODULES)
    assert unrolled.LSTM is layers.known()["LSTM"]
