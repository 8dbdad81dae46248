"""The numbers of unrolled figures, read back from their SVG, beside what the real Keras answered."""

import json
import re

import numpy as np
import pytest

from tests.against_keras.reading import answer_names, cells_of, check_cells
from tests.against_keras.record import RECORDED
from tests.diagrams.pictures import check_picture
from tests.diagrams.wiring import check_wiring
from tests.sampling import some
from unrolled import read_keras, unroll, weights_from

ANSWERS = json.loads((RECORDED / "layers.json").read_text(encoding="utf-8"))["answers"]
WORDS = ["I", "am", "groot", "too"]


def figure_of(answer):
    """Draw a recorded model with the recorded weights and inputs."""
    model = read_keras(answer["code"])
    inputs = answer["inputs"]
    several = len(inputs) > 1
    words = [WORDS[: len(each)] for each in inputs] if several else WORDS[: len(inputs[0])]
    weights = weights_from(model, answer["weights"])
    return model, unroll(model, words, inputs if several else inputs[0], weights=weights)


def compare(model, cells, outputs):
    """Hold the printed answers against those of Keras."""
    for tensor, theirs in zip(model.outputs, outputs, strict=True):
        names = answer_names(model, tensor.node, tensor.output)
        rows = theirs if len(np.shape(theirs)) > 1 else [theirs]
        for name, values in zip(names, rows, strict=True):
            if name in cells or names.index(name) != 2:  # four steps that are too wide are shown without the third
                check_cells(cells[name], values, name)


@pytest.mark.parametrize("answer", some(ANSWERS, one_in=3), ids=range(len(ANSWERS)))
def test_a_figure_prints_what_keras_answered(answer, tmp_path):
    """Each model that is recorded is drawn, and each of its answers stands in the figure."""
    model, picture = figure_of(answer)
    compare(model, cells_of(picture, tmp_path / "figure.svg"), answer["outputs"])
    for form in (picture, picture.narrow):
        if form is not None:
            check_picture(form)
            check_wiring(form)


@pytest.mark.parametrize("answer", ANSWERS[::15], ids=range(0, len(ANSWERS), 15))
def test_a_digit_that_is_altered_is_noticed(answer, tmp_path):
    """The comparison above could fail: for every digit of every answer."""
    model, picture = figure_of(answer)
    cells = cells_of(picture, tmp_path / "figure.svg")
    for tensor in model.outputs:
        for name in answer_names(model, tensor.node, tensor.output):
            for place, cell in enumerate(cells.get(name, ())):
                if cell == "…":
                    continue
                last = re.search(r"\d$", cell)
                changed = cell[: last.start()] + str((int(last[0]) + 5) % 10)
                altered = {**cells, name: [*cells[name][:place], changed, *cells[name][place + 1 :]]}
                with pytest.raises(AssertionError):
                    compare(model, altered, answer["outputs"])


@pytest.mark.parametrize("answer", some(ANSWERS, one_in=3), ids=range(len(ANSWERS)))
def test_the_turned_form_prints_the_same(answer):
    """What has the same name has the same cells, where it has room for all of them."""
    _, picture = figure_of(answer)
    if picture.narrow is None:
        return
    wide = {shape.name: shape.cells for shape in picture.shapes if hasattr(shape, "cells")}
    for shape in picture.narrow.shapes:
        if hasattr(shape, "cells") and "…" not in shape.cells:
            name = re.sub(r"-again(-\d+)?$", "", shape.name)
            # There may be room for more steps down the page than across it.
            assert shape.cells == wide.get(name, shape.cells), name
