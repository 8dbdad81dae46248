"""Recalling a token: valid sequences, complete results, and claims of the README and the guide that match them."""

import re
from functools import cache
from operator import itemgetter

import numpy as np
import pytest

import forget_bias
import lstm_sentence
import recall_ends
import sigmoid_and_tanh
import slope_or_influence
import vanishing_gradient
from tests.diagrams.pictures import check_rules, forms, segments
from tools.recall.experiment import (
    BATCH,
    EVERY,
    FILLERS,
    FOLDER,
    NAMES,
    SEEDS,
    UNITS,
    UPDATES,
    read,
    sequences,
    table,
    tasks,
)
from tools.sentiment.dataset import FOLDER as SENTIMENT
from tools.sentiment.dataset import read_vocabulary
from tools.sentiment.networks import NETWORKS
from unrolled import GRU, LSTM, SimpleRNN, initial_weights, read_keras, run_model, stack, weights_from
from unrolled.fonts import NAME
from unrolled.layout import TABLET
from unrolled.numbers.gradients import gradients_of, strengths
from unrolled.shapes.plots import CurveDot, Polyline
from unrolled.shapes.text import Label

RUNS = read()
ENDS = {
    (run.layer, run.lag, run.place, run.clip, run.bias): sorted(accuracy[-1] for accuracy in run.accuracy)
    for run in RUNS
}
CHARTS = [forget_bias, sigmoid_and_tanh, vanishing_gradient]
VALUE_OF = re.compile(r"-tap$|^tap-|^sum-|-end-|-factor-")
"""The names of what says a value that was measured or computed, rather than one of a scale."""


@cache
def drawn(script):
    """Draw a script once for all tests: some differentiate dozens of networks."""
    return script.draw()


def number_in(text):
    """Read a number as it is printed."""
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("place", ["first", "anywhere"])
def test_a_sequence_contains_one_name_and_otherwise_filler(place):
    """At the start or anywhere; and each name is equally likely."""
    tokens, names = sequences(np.random.default_rng(1), 4000, 10, place)
    assert tokens.shape == (4000, 11)
    assert ((tokens < NAMES).sum(axis=1) == 1).all()
    assert tokens.max() == NAMES + FILLERS - 1
    assert (tokens[tokens < NAMES] == names).all()
    where = (tokens < NAMES).argmax(axis=1)
    assert set(where) == ({0} if place == "first" else set(range(11)))
    assert np.bincount(names).min() > 4000 / NAMES * 0.8


def test_all_measurements_are_complete():
    """Each network with every seed, before training and after every hundred updates."""
    assert [run[:5] for run in RUNS] == [task[:5] for task in tasks()]
    for run in RUNS:
        assert np.shape(run.accuracy) == (len(SEEDS), UPDATES // EVERY + 1)
        assert len(run.longest_gradient) == len(SEEDS)
        assert all(0.05 < accuracy[0] < 0.25 for accuracy in run.accuracy)  # a new network guesses
        assert all(0 <= share <= 1 for accuracy in run.accuracy for share in accuracy)


def test_the_readme_s_table_matches_the_measurements():
    """Recomputed: every cell, and the numbers beside it."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "\n".join(table(RUNS)) in readme
    assert f"{UPDATES:,} updates of {BATCH} new sequences" in readme


def test_the_guide_s_claims_match_the_runs():
    """Where it gives no number that could be tied to a figure."""
    for lag in (10, 50):
        assert ENDS["LSTM", lag, "anywhere", True, None] == ENDS["GRU", lag, "anywhere", True, None] == [1.0] * 5
    early = [accuracy[4] for run in RUNS if (run.lag, run.place) == (10, "anywhere") for accuracy in run.accuracy]
    assert min(early) > 0.99
    assert ENDS["GRU", 100, "anywhere", True, None][0] > 0.99
    assert ENDS["SimpleRNN", 100, "anywhere", True, None][-1] < 0.3
    assert max(max(run.longest_gradient) for run in RUNS if run.place == "anywhere" and run.clip) > 2000
    clipped, loose = (ENDS["LSTM", 100, "anywhere", clip, None] for clip in (True, False))
    assert loose[-1] < clipped[0]
    for layer in ("LSTM", "GRU"):
        assert ENDS[layer, 50, "first", True, None][-1] < 0.2
    assert sum(end > 0.99 for end in ENDS["SimpleRNN", 50, "first", True, None]) == 3
    assert sum(end > 0.99 for end in ENDS["SimpleRNN", 100, "first", True, None]) == 1
    for lag in (50, 100):
        assert ENDS["LSTM", lag, "first", True, 5][0] > 0.99


def test_slopes_vanish_and_explode_as_the_guide_says():
    """Below a millionth within 20 steps, above a million within 100; with Keras's initial weights, they shrink too.

    And each step multiplies a slope by about the factor that is written at its line.
    """
    medians = {
        by: np.median([vanishing_gradient._slopes(seed, by) for seed in vanishing_gradient.SEEDS], axis=0)
        for by in vanishing_gradient.SCALES
    }
    assert medians[0.5][20] < 1e-6
    assert medians[2][100] > 1e6
    assert 1e-6 < medians[1][100] < medians[1][50] < medians[1][10] < 1
    picture = drawn(vanishing_gradient)
    for form in forms(picture):
        labels = {shape.name: shape.text for shape in form.shapes if isinstance(shape, Label)}
        for by, median in medians.items():
            factor = float(labels[f"slopes-factor-{by}"].split()[1])
            assert (factor < 1) is (by != 2)
            assert factor == pytest.approx((median[100] / median[10]) ** (1 / 90), abs=0.03)


def test_over_fifty_steps_a_new_gated_layer_has_almost_no_slope():
    """Less than a thousandth, at the size of the experiment; a new SimpleRNN has more."""
    tokens = np.random.default_rng(1).integers(NAMES, NAMES + FILLERS, size=50)
    inputs = np.eye(NAMES + FILLERS)[tokens]
    left = {}
    for layer in (LSTM(UNITS), GRU(UNITS), SimpleRNN(UNITS)):
        weights = [initial_weights(layer, inputs.shape, seed=1)]
        trace = run_model(stack(layer, shape=inputs.shape), inputs, weights=weights).trace_of(type(layer))
        left[layer.name_in_code] = strengths(gradients_of(trace).of_states)[0]
    assert left["GRU"] < left["LSTM"] < 1e-3 < left["SimpleRNN"]


def test_which_new_layer_reaches_further_back_depends_on_the_inputs():
    """With a larger forget bias, an LSTM always does; a SimpleRNN only beats the default for small inputs."""
    for size, is_ahead in ((0.3, True), (1.0, False)):
        ends = {name: np.median(runs[:, -1]) for name, runs in forget_bias._found(size).items()}
        assert 100 * ends["LSTM, bias 0"] < ends["LSTM, bias 1"] < ends["LSTM, bias 2"]
        assert bool(ends["SimpleRNN"] > ends["LSTM, bias 1"]) is is_ahead


def test_a_word_with_zero_slope_can_still_matter():
    """So a slope isn't the same as influence; and the answer is flat at both ends and jumps once, as the caption says.

    What the lines, the dots and the tangents show is what is written beside them.
    """
    picture = drawn(slope_or_influence)
    rows = {row[0]: row[1:] for row in picture.description["rows"]}
    assert rows == {"nobody": ["0.02", "0.00"], "everybody": ["0.99", "−0.01"]}
    for form in forms(picture):
        shapes = {shape.name: shape for shape in form.shapes}
        low, high = (shapes[f"level-{level}"].start.y for level in (0, 1))
        line = shapes["answer"].points
        answers = np.array([(low - point.y) / (low - high) for point in line])
        assert np.abs(np.diff(answers > 0.5)).sum() == 1
        assert (np.minimum(answers, 1 - answers) < 0.1).mean() > 0.8
        for end, first in enumerate(slope_or_influence.FIRST):
            answer, slope = rows[first]
            assert shapes[f"word-{end}"].text == first
            assert shapes[f"value-{end}"].text == answer
            assert shapes[f"slope-{end}"].text == f"slope {slope}"
            assert answers[-end] == pytest.approx(float(answer), abs=0.006)
            assert shapes[f"end-{end}"].at == line[-end]
            tangent = shapes[f"tangent-{end}"]
            rise = (tangent.start.y - tangent.to.y) / (low - high)
            run = (tangent.to.x - tangent.start.x) / (line[-1].x - line[0].x)
            assert rise / run == pytest.approx(number_in(slope), abs=0.006)
    vocabulary = read_vocabulary()
    found = [vocabulary.index(each) for each in ("nobody", *slope_or_influence.REST)]
    model = read_keras(NETWORKS["simple_rnn"]).sized([12])
    trace = run_model(model, [*found, 0], weights=weights_from(model, SENTIMENT / "simple_rnn.npz")).trace_of(SimpleRNN)
    assert np.quantile(np.abs(trace.states[1 : len(found) + 1]), 0.25) > 0.98  # saturated


def test_the_toy_s_memory_exceeds_the_range_of_its_state():
    """As the caption says; the signs of its first word last to the end; and the bars are as long as the numbers."""
    picture = drawn(lstm_sentence)
    numbers = np.array([[number_in(text) for text in row[1:]] for row in picture.description["rows"]]).T
    memory, state = numbers[:2], numbers[2:]
    assert np.abs(memory).max() > 4
    assert memory.min() < -4
    assert memory.max() > 4
    assert np.abs(state).max() < 1
    assert (np.sign(memory) == np.sign(memory[:, :1])).all()
    assert (np.diff(memory[0]) > 0).sum() == 2
    assert (np.diff(memory[1]) > 0).all()
    for form in forms(picture):
        shapes = {shape.name: shape for shape in form.shapes}
        is_across = "zero-1" in shapes  # where each unit has a zero of its own
        for role, values in (("memory", memory), ("state", state)):
            for (place, step), value in np.ndenumerate(values):
                called = f"-{place + 1}" if is_across else ""
                zero, band = shapes[f"zero{called}"].start, shapes[f"band{called}"].frame
                unit = (band.height if is_across else band.width) / 2  # the band is from -1 to 1
                bar = shapes[f"{role}-{step + 1}-{place + 1}"].frame
                ends = (zero.y - bar.bottom, zero.y - bar.top) if is_across else (bar.left - zero.x, bar.right - zero.x)
                assert sorted(ends) == pytest.approx(sorted((0, unit * value)), abs=0.006 * unit)


@pytest.mark.parametrize("choices", [{}, {"anywhere": True}, {"clipping": True}])
def test_every_run_is_a_dot_in_its_place_beside_the_median(choices):
    """In both forms; a dot is open if its run is no better than a guess."""
    picture = recall_ends.draw(**choices)
    check_rules(picture)
    assert picture.mid is not None or picture.size_px[0] <= TABLET
    for form in forms(picture):
        shapes = {shape.name: shape for shape in form.shapes}
        rows = iter(picture.description["rows"])
        for name in (name.removesuffix("-scale") for name in shapes if name.endswith("-scale")):
            scale, (*_, one, two, three, four, five, median) = shapes[f"{name}-scale"], next(rows)
            assert shapes[f"{name}-median"].text == median == three
            for run, value in enumerate(map(number_in, (one, two, three, four, five)), start=1):
                share = (shapes[f"{name}-{run}"].at.x - scale.start.x) / (scale.to.x - scale.start.x)
                assert share == pytest.approx(value, abs=0.006)
                assert isinstance(shapes[f"{name}-{run}"], CurveDot) is (value < 0.16)
        assert next(rows, None) is None


@pytest.mark.parametrize("script", CHARTS)
def test_charts_fit_pages_and_phones_and_include_their_numbers(script):
    """848 px at most, 748 on a tablet, 288 on a phone, without overlaps; every value that is drawn is in the table."""
    picture = drawn(script)
    check_rules(picture)
    assert picture.narrow is not None
    assert picture.mid is not None or picture.size_px[0] <= TABLET
    cells = [cell for row in picture.description["rows"] for cell in row]
    for form in forms(picture):
        values = [text.text for shape in form.shapes if VALUE_OF.search(shape.name) for text in shape.texts]
        assert values
        assert set(values) <= {*cells}


@pytest.mark.parametrize("script", CHARTS)
def test_each_line_of_a_chart_is_named_once_in_its_panel(script):
    """At the line or in a key with the same line; names keep clear of the lines. The thin lines of runs have none."""
    picture = drawn(script)
    for form in forms(picture):
        lines = [shape for shape in form.shapes if isinstance(shape, Polyline)]
        keys = {line.name.removeprefix("key-"): line for line in lines if line.name.startswith("key-")}
        bold = [it for it in form.shapes if isinstance(it, Label) and it.style.weight == NAME.bold().weight]
        panels = {}
        for line in lines:
            if line in keys.values() or "-run-" in line.name:
                continue
            named = [it for it in bold if names(it, line)]
            assert len(named) == 1, (line.name, named)
            panel = re.sub(r"[^-]+$", "", line.name)
            panels.setdefault(panel, []).append((line, named[0]))
            for segment in segments(line):
                assert not [it for it in bold if segment.meets(it.bounds)], line.name
            if named[0].name.startswith("key-"):
                key = keys[named[0].text]
                assert (key.role, key.dashes, key.width) == (line.role, line.dashes, line.width)
        for pairs in panels.values():
            assert len({label.name for _, label in pairs}) == len(pairs)
            looks = {}
            for line, label in pairs:
                looks.setdefault((line.role, line.dashes), []).append((line.points[-1].y, label.at.y))
            for alike in looks.values():  # which of them a name belongs to is only said by its height
                assert sorted(alike) == sorted(alike, key=itemgetter(1))


def names(label, line):
    """Return whether a text is the name of a line: it has its colour and its name, and is in its panel or the key."""
    panel = re.sub(r"[^-]+$", "", line.name)
    said = label.text.partition(":")[0]
    is_there = label.name.startswith((panel, "key-"))
    return is_there and label.role == line.role and line.name.endswith(said)
