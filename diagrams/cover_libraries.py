"""The cover of the guide to the two libraries: one state, and what each of them calls its size."""

from _covers import arrow, block, cover, said, vector
from unrolled import LSTM, Picture, embed, read_keras, run_model
from unrolled.geometry import Frame
from unrolled.i18n import text_of

WORDS = ["I", "am", "groot"]


def draw(keras_lstm: str) -> Picture:
    """Show the state after the last word, which both libraries compute."""
    model = read_keras(keras_lstm)
    trace = run_model(model, embed(WORDS, model.features)).trace_of(LSTM)
    units = text_of(len(trace.states[-1]), 0)
    return cover(
        "An LSTM of Keras, with units, and one of PyTorch, with hidden_size, return the same state of two numbers.",
        vector(trace.states[-1], 89, 14, "state", 38, 2, is_last=True),
        block("Keras", Frame(14, 66, 96, 34), 17),
        block("PyTorch", Frame(144, 66, 96, 34), 17),
        arrow((62, 62), (62, 28), (81, 28)),
        arrow((192, 62), (192, 28), (173, 28)),
        said(f"units={units}", 62, 122, 15, "state", "middle", weight=600),
        said(f"hidden_size={units}", 192, 122, 15, "state", "middle", weight=600),
    )
