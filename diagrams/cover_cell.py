"""The cover of the guide to the LSTM cell: the forget gate lets part of the memory through."""

from _covers import NUMBER, cover, said, vector
from unrolled import LSTM, Picture, embed, read_keras, run_model
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.shapes.gates import Belt, Shutter

WORDS = ["I", "am", "groot"]


def draw(setup: str) -> Picture:
    """Show what the last word leaves of the memory."""
    model = read_keras(setup)
    trace = run_model(model, embed(WORDS, model.features)).trace_of(LSTM)
    before, gate = trace.memories[2], trace.gates["forget"][2]
    shares = tuple(map(float, gate))
    shown = tuple(text_of(share, 2) for share in shares)
    return cover(
        "A memory of two numbers rides on a belt through a gate, and what is kept rides on.",
        Belt(name="belt", role="memory", frame=Frame.between(4, 75, 82, 87)),
        Belt(name="belt", role="memory", frame=Frame.between(172, 75, 250, 87)),
        vector(before, 4, 45, "memory", 38, 2),
        vector(before * gate, 174, 45, "memory", 38, 2),
        said("c₂", 42, 34, 14, "memory", "middle"),
        said("kept", 212, 34, 14, "memory", "middle"),
        Shutter(
            name="gate",
            frame=Frame(88, 42, 78, 70),
            cells=shown,
            passing="memory",
            shares=shares,
            style=NUMBER,
        ),
        said("f", 127, 20, 14, "ink", "middle", weight=600),
    )
