"""Recalling a token: valid sequences, complete results, and claims of the README and the guide that match them."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

import forget_bias
import lstm_sentence
import recall
import sigmoid_and_tanh
import slope_or_influence
import vanishing_gradient
from _charts import Curve, LineChart, Panel
from tests.diagrams.asked import SETTINGS
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
from unrolled.numbers.gradients import gradients_of, strengths

RUNS = read()
ENDS = {
    (run.layer, run.lag, run.place, run.clip, run.bias): sorted(accuracy[-1] for accuracy in run.accuracy)
    for run in RUNS
}


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
    """Below a millionth within 20 steps, above a million within 100; with Keras's initial weights, they shrink too."""
    small, begun, large = (
        np.median([vanishing_gradient._slopes(seed, by) for seed in vanishing_gradient.SEEDS], axis=0)
        for by in vanishing_gradient.SCALES
    )
    assert small[20] < 1e-6
    assert large[100] > 1e6
    assert 1e-6 < begun[100] < begun[50] < begun[10] < 1


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
    """So a slope isn't the same as influence."""
    rows = {row[0]: row[1:] for row in slope_or_influence.draw().description["rows"]}
    assert set(rows) == {f"{name}, {what}" for name in ("SimpleRNN", "LSTM") for what in ("answer", "slope")}
    answers, slopes = (rows[f"SimpleRNN, {what}"][0] for what in ("answer", "slope"))
    assert "0.02" in answers
    assert "0.99" in answers
    assert "0.00" in slopes
    vocabulary = read_vocabulary()
    found = [vocabulary.index(each) for each in ("nobody", *slope_or_influence.REST)]
    model = read_keras(NETWORKS["simple_rnn"]).sized([12])
    trace = run_model(model, [*found, 0], weights=weights_from(model, SENTIMENT / "simple_rnn.npz")).trace_of(SimpleRNN)
    assert np.quantile(np.abs(trace.states[1 : len(found) + 1]), 0.25) > 0.98  # saturated


def test_the_toy_s_memory_exceeds_the_range_of_its_state():
    """As the caption says; and the signs of its first word last to the end."""
    picture = lstm_sentence.draw()
    shares = [shape for shape in picture.shapes if getattr(shape, "heat", ())]
    assert max(abs(share) for row in shares[1].heat for share in row) < 0.25  # visible, on one scale
    memory, state = (np.array([[float(text.replace("−", "-")) for text in row] for row in it.rows]) for it in shares)
    assert np.abs(memory).max() > 4
    assert memory.min() < -4
    assert memory.max() > 4
    assert np.abs(state).max() < 1
    assert (np.sign(memory) == np.sign(memory[:, :1])).all()
    assert (np.diff(memory[0]) > 0).sum() == 2
    assert (np.diff(memory[1]) > 0).all()


@pytest.mark.parametrize("script", [forget_bias, recall, sigmoid_and_tanh, vanishing_gradient])
def test_charts_fit_pages_and_phones_and_include_their_numbers(script):
    """848 px at most, 288 on a phone."""
    with plt.style.context(SETTINGS.style):
        chart = script.draw()
    assert chart.get_size_inches()[0] * 96 <= 848
    assert chart.narrow.get_size_inches()[0] * 96 == pytest.approx(288)
    assert chart.alt
    assert chart.description["rows"]


def test_a_note_below_a_single_panel_leaves_space_for_the_axis_label():
    """Both are on the same line below the panel, at its two ends."""
    with plt.style.context(SETTINGS.style):
        chart = LineChart(
            panels=[Panel("one", [Curve("a", [0, 1], "C0")])],
            x=(0, 1),
            across="updates",
            up="share",
            x_ticks={0: "0", 1: "1"},
            y_ticks={0: "0", 1: "1"},
            y_limits=(0, 1),
            note="a median",
            alt="One line.",
        ).figure()
        chart.draw_without_rendering()
    (ax,) = chart.axes
    name, note = ax.xaxis.label, next(text for text in ax.texts if text.get_text() == "a median")
    assert name.get_text() == "updates"
    one, other = (Text.get_window_extent(text) for text in (name, note))
    assert one.x1 < other.x0
    assert (one.y0 + one.y1) / 2 == pytest.approx((other.y0 + other.y1) / 2, abs=2)


@pytest.mark.parametrize("script", [forget_bias, recall, sigmoid_and_tanh, vanishing_gradient])
def test_each_line_of_a_chart_is_named_once_in_its_panel_and_no_text_overlaps(script):
    """Names keep clear of one another, of the titles and of the axis label."""
    with plt.style.context(SETTINGS.style):
        chart = script.draw()
        chart.draw_without_rendering()
    for ax in chart.axes:
        told = [text for text in (*ax.texts, ax.title, ax._left_title) if text.get_text()]
        lines = [line for line in ax.lines if len(line.get_xdata()) > 2]
        colours = {line.get_color() for line in lines}
        bold = [text for text in ax.texts if text.get_text() and text.get_fontweight() == 600]
        named = [text.get_text() for text in bold if text.get_color() in colours]
        assert len(set(named)) == len(named) == len(lines)
        boxes = [Text.get_window_extent(text) for text in told]
        for place, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[:place]), told[place]
