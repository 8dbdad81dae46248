"""How much of a nudge some steps back arrives at a SimpleRNN's last state: nothing, or far too much."""

import numpy as np

from _charts import Curve, Plot, Scale, at, column, in_words, runs_key, say
from unrolled import Picture, SimpleRNN, Weights, initial_weights, run_model, stack
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.numbers.gradients import gradients_of, strengths
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape

UNITS, STEPS, SEEDS = 32, 100, range(1, 6)
TOKENS, FIRST_FILLER = 16, 8
SCALES = {
    2: ("weights doubled", "output", None),
    1: ("weights as in Keras", "ink", (2, 3.5)),
    0.5: ("weights halved", "state", (7, 4)),
}
TOLD = (0, 10, 20, 50, 100)
HIGH, LOW, TOP = 240, 1e-6, 1e8
POWERS = {1e6: "1,000,000", 1e3: "1,000", 1: "1", 1e-3: "0.001", 1e-6: "0.000001"}
ALT = (
    "How much of a tiny change in a SimpleRNN’s state up to 100 steps earlier arrives at its last state, on a "
    "logarithmic scale. With recurrent weights half as large as Keras’s initial ones, {} of it is left after 20 steps; "
    "with weights twice as large, it is {} times as large after 100. A step multiplies it by {} with halved weights, "
    "by {} with Keras’s and by {} with doubled ones."
)
TEXT = (
    f"A new SimpleRNN of {UNITS} units reads {STEPS} random tokens; its recurrent weights are those of Keras’s "
    f"initializer, or these times 0.5 or 2. Lines are the medians of {len(SEEDS)} seeds, and bands reach from the "
    "smallest to the largest. What arrives is the slope: how far, at most, a tiny change in an earlier state moves the "
    "last state, as a multiple of that change (the largest singular value of the derivative). It does not say how much "
    "a word matters."
)


def draw() -> Picture:
    """Differentiate new layers whose recurrent weights differ in scale."""
    slopes = {by: np.array([_slopes(seed, by) for seed in SEEDS]) for by in SCALES}
    numbers = {by: text_of(_factor(np.median(runs, axis=0)), 2) for by, runs in slopes.items()}
    factors = {by: f"× {number} a step" for by, number in numbers.items()}
    rows = [
        (SCALES[by][0], *(in_words(float(np.median(slopes[by][:, step]))) for step in TOLD), factors[by])
        for by in SCALES
    ]
    heads = ("recurrent weights", *(f"{step} steps back" for step in TOLD), "factor")
    table = [TextColumn(head, texts) for head, texts in zip(heads, zip(*rows, strict=True), strict=True)]
    ends = in_words(float(np.median(slopes[0.5][:, 20]))), in_words(float(np.median(slopes[2][:, STEPS])))
    description = Description.of(ALT.format(*ends, *(numbers[by] for by in (0.5, 1, 2))), TEXT, table=table)
    wide, narrow = (
        _drawn(slopes, factors, across, is_narrow=is_narrow) for across, is_narrow in ((480, False), (200, True))
    )
    return in_two_forms([tuple(wide)], [tuple(narrow)], description)


def _drawn(slopes: dict[float, Array], factors: dict[float, str], wide: float, *, is_narrow: bool) -> list[Shape]:
    curves = [Curve(name, role, slopes[by], dashes) for by, (name, role, dashes) in SCALES.items()]
    steps = [float(step) for step in range(STEPS + 1)]
    ticks = {float(step): str(step) for step in (0, 20, 40, 60, 80)} | {100.0: "100 steps back"}
    if is_narrow:
        ticks = {step: said for step, said in ticks.items() if step in (0, 40, 100)}
    plot = Plot(Frame(0, -HIGH, wide, HIGH), Scale(0, STEPS), Scale(LOW, TOP, is_log=True))
    shapes = [*plot.axes("slopes", ticks, POWERS), *plot.curves("slopes", steps, curves)]
    for (by, (name, role, _)), curve in zip(SCALES.items(), curves, strict=True):
        last = int(np.flatnonzero(curve.median > LOW)[-1])
        spot = plot.at(last, float(curve.median[last]))
        if last < STEPS:
            x, y, anchor = spot.x + 16, plot.y(LOW) - 26, "start"
        elif not is_narrow:
            x, y, anchor = spot.x + 10, spot.y - 8, "start"
        elif curve.median[last] > 1:
            x, y, anchor = 6, plot.y(1e6) + 13, "start"
        else:
            x, y, anchor = wide, plot.y(1) + 11, "end"
        shapes.append(say(f"slopes-name-{by}", name, x, y, anchor, NAME.bold(), role))
        shapes.append(say(f"slopes-factor-{by}", factors[by], x, y + 17, anchor, NAME, role))
    head = say("axis", "how much of a nudge arrives", 0, 0, "start", NAME.bold())
    left = min(shape.bounds.left for shape in shapes)
    return column(
        [at([head], left if is_narrow else 0), shapes, at(runs_key(len(SEEDS)), left if is_narrow else 0)], (10, 14)
    )


def _factor(medians: Array) -> float:
    """Return the factor of a step: of all 100, or as many as it takes to fall out of the chart."""
    last = int(np.flatnonzero(medians > LOW)[-1])
    return float((medians[last] / medians[0]) ** (1 / last))


def _slopes(seed: int, by: float) -> Array:
    """Compute the slopes of a new layer's last state with respect to itself and each earlier state: (steps + 1,)."""
    tokens = np.random.default_rng(seed).integers(FIRST_FILLER, TOKENS, size=STEPS)
    inputs, layer = np.eye(TOKENS)[tokens], SimpleRNN(UNITS)
    fresh = initial_weights(layer, inputs.shape, seed=seed)
    weights = Weights(**{**fresh, "recurrent_kernel": by * np.asarray(fresh["recurrent_kernel"])})
    trace = run_model(stack(layer, shape=inputs.shape), inputs, weights=[weights]).trace_of(SimpleRNN)
    return strengths(gradients_of(trace).of_states)[::-1]
