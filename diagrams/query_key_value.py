"""One word in three roles: its vector times three kernels gives its query, its key and its value."""

from typing import cast

from unrolled import Picture, Thing, above, beside, cells, label, operator, read_keras, run_model, word
from unrolled.arrays import Array
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace

WORDS, WORD = ["was", "not", "bad"], 3
PARTS = {"query": "state", "key": "flow", "value": "embedding"}
ALT = "The vector of “{word}”, {vector}, times three kernels: its query is {query}, its key {key}, its value {value}."


def draw(code: str) -> Picture:
    """Multiply by the kernels of the code's only head."""
    model = read_keras(code)
    trace = run_model(model, range(1, len(WORDS) + 1))
    attended = cast("AttentionTrace", trace.trace_of(MultiHeadAttention))
    vector, said = attended.inputs[WORD - 1], WORDS[WORD - 1]
    rows, answers, found = [], [], {}
    for name, role in PARTS.items():
        kernel = attended.weights[f"{name}_kernel"][:, 0]
        found[name] = vector @ kernel
        grid = above(label(f"{name} kernel"), cells(kernel, "memory", large=True))
        answer = above(label(name, role, strong=True), cells(found[name], role, of=said, large=True))
        rows.append(beside(_vector(vector, said), operator("·"), grid, operator("="), answer))
        answers.append(beside(grid, operator("="), answer))
    texts = {name: ", ".join(f"{each:.1f}" for each in values) for name, values in found.items()}
    alt = ALT.format(word=said, vector=", ".join(map(str, vector)), **texts)
    narrow = above(_vector(vector, said), operator("·"), *answers)
    return above(*rows, align="left").picture(alt, narrow=narrow)


def _vector(vector: Array, said: str) -> Thing:
    """Put the word below its vector."""
    numbers = cells(vector, "embedding", of=said, large=True, name=f"vector of {said}")
    return above(numbers, word(said), core=numbers)
