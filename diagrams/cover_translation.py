"""The cover of the guide to translation: an encoder hands its two last states over to a decoder."""

from _covers import arrow, band, block, cover, vector
from unrolled import LSTM, Picture, embed, read_keras, run_model
from unrolled.geometry import Frame

HEARD, READ = ["I", "am", "groot"], ["[start]", "je", "suis", "groot"]


def draw(tiny: str) -> Picture:
    """Show the memory, and below it the state."""
    model = read_keras(tiny)
    given = [embed(words, entry.shape[1]) for words, entry in zip((HEARD, READ), model.entries, strict=True)]
    encoder = run_model(model, *given).trace_of(LSTM)
    shapes = []
    for top, role, numbers in ((14, "memory", encoder.memories[-1]), (74, "state", encoder.states[-1])):
        shapes += [
            band(Frame(52, top, 150, 54), role),
            vector(numbers, 89, top + 5, role, 38),
            arrow((60, top + 44), (194, top + 44), role=role),
        ]
    return cover(
        "An LSTM hands its memory and its state, two numbers each, over to another.",
        shapes,
        block("LSTM", Frame(8, 8, 48, 126), 13.5),
        block("LSTM", Frame(198, 8, 48, 126), 13.5),
    )
