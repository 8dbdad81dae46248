"""The cover of the guide to attention: how much of it “bad” gives to each word."""

from _covers import NUMBER, cover, words
from unrolled import MultiHeadAttention, Picture, read_keras, run_model
from unrolled.geometry import Frame
from unrolled.shapes.plots import Share

WORDS = ["was", "not", "bad"]
LONGEST = 128


def draw(one_head: str) -> Picture:
    """Draw its shares as bars."""
    trace = run_model(read_keras(one_head), range(1, len(WORDS) + 1)).trace_of(MultiHeadAttention)
    shares = trace.shares[0][-1].tolist()
    bars = [
        Share(
            name="share",
            role="flow",
            frame=Frame(80, 15 + 45 * row, LONGEST / max(shares), 22),
            share=share,
            text=f"{share:.2f}",
            style=NUMBER.sized(15),
            is_largest=share == max(shares),
            is_toned=True,
        )
        for row, share in enumerate(shares)
    ]
    return cover(
        f"“bad” looks at “not” by {max(shares):.2f}, and at the other words by less.",
        words(*((word, 38, 26 + 45 * row) for row, word in enumerate(WORDS)), least=60),
        bars,
    )
