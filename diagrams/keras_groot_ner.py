"""Named entities in "I am groot": a tag for each word, from a Dense layer with learned weights."""

import numpy as np

from unrolled import Picture, Weights, embed, read_keras, run_model, unroll

WORDS, TAGS, RIGHT = ["I", "am", "groot"], ["other", "name"], [0, 0, 1]
ANSWERS = tuple(f"layer1-step{step}-output" for step in (1, 2, 3))


def draw(code: str) -> Picture:
    """Find the Dense layer's weights by least squares, as training would, and draw its answers."""
    model = read_keras(code)
    trace = run_model(model, embed(WORDS, model.features))
    wanted = 2 * np.eye(len(TAGS))[RIGHT] - 1
    kernel = np.linalg.lstsq(trace.traces[-2].output, wanted, rcond=None)[0].round(2)
    dense = Weights(kernel=kernel, bias=np.zeros(len(TAGS)))
    return unroll(model, WORDS, weights=[*trace.weights[:-1], dense], classes=TAGS).print_only(*ANSWERS)
