"""The cover of the guide to recurrent layers: one block, used twice, and the state that it hands on."""

from _covers import arrow, block, cover, said, vector, words
from unrolled import Picture, SimpleRNN, embed, read_keras, run_model
from unrolled.geometry import Frame

WORDS = ["I", "am", "groot"]


def draw(default: str) -> Picture:
    """Show the state after the second word."""
    model = read_keras(default)
    trace = run_model(model, embed(WORDS, model.features)).trace_of(SimpleRNN)
    return cover(
        "A block reads “am” and hands its state, four numbers, on to itself at “groot”.",
        block("RNN", Frame(12, 22, 48, 50)),
        block("RNN", Frame(192, 22, 48, 50)),
        vector(trace.states[2], 66, 26, "state", 30.5),
        arrow((64, 66), (188, 66)),
        said("h₂", 127, 85, 14, "state", "middle"),
        words((WORDS[1], 36, 120), (WORDS[2], 216, 120), least=62),
        arrow((36, 102), (36, 77)),
        arrow((216, 102), (216, 77)),
    )
