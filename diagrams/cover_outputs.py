"""The cover of the guide to more outputs: a state comes out after each word."""

from _covers import arrow, block, cover, vector, words
from unrolled import Picture, SimpleRNN, embed, read_keras, run_model
from unrolled.geometry import Frame

WORDS = ["I", "am", "groot"]


def draw(every: str) -> Picture:
    """Show the last two words."""
    model = read_keras(every)
    trace = run_model(model, embed(WORDS, model.features)).trace_of(SimpleRNN)
    shapes = []
    for place, x in ((1, 63), (2, 191)):
        shapes += [
            arrow((max(8, x - 99), 80), (x - 28, 80)),
            block("RNN", Frame.about(x, 80, 50, 36), 13),
            arrow((x, 60), (x, 44)),
            vector(trace.outputs[place], x - 56, 10, "state", 28, is_last=place == 2),
            arrow((x, 112), (x, 101)),
        ]
    return cover(
        "Above each of two words, the block that reads it, and above that its output of four numbers.",
        shapes,
        words(*((WORDS[place], x, 126) for place, x in ((1, 63), (2, 191))), least=62),
    )
