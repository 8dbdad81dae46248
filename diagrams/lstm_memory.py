"""What each word of a sentence does to the memory of the LSTM of the code above: kept, written, and their sum."""

from unrolled import LSTM, Picture, above, beside, cells, embed, label, operator, read_keras, run_model, word

WORDS = ["I", "am", "groot"]
ALT = "For each word of “{}”: the memory before it times the forget gate is kept; what is written is added to it."


def draw(code: str) -> Picture:
    """Set the numbers of each step side by side, so that a row can be checked by eye."""
    trace = run_model(read_keras(code), embed(WORDS)).trace_of(LSTM)
    before, memory = trace.memories[:-1], trace.memories[1:]
    kept = trace.gates["forget"] * before
    columns = [
        ("memory before", before, "memory"),
        ("forget gate", trace.gates["forget"], "flow"),
        ("kept", kept, "memory"),
        ("written", memory - kept, "memory"),
        ("new memory", memory, "memory"),
    ]
    words = list(map(word, WORDS))
    things = [
        above(
            label(said, role if role != "flow" else "muted"),
            cells(values, role, name=said, decimals=2, large=True, rows=words if said == "memory before" else ()),
        )
        for said, values, role in columns
    ]
    signs = ["×", "=", "+", "="]
    wide = [each for pair in zip(things, map(operator, signs), strict=False) for each in pair]
    return beside(*wide, things[-1]).picture(ALT.format(" ".join(WORDS)))
