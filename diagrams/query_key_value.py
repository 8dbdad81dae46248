"""One word in three roles: its vector times three kernels gives its query, its key and its value."""

from collections.abc import Iterable
from typing import cast

from unrolled import Picture, Thing, above, beside, cells, label, link, operator, read_keras, record, run_model, word
from unrolled.arrays import Array
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace

WORDS, WORD = ["was", "not", "bad"], 3
PARTS = {"query": "state", "key": "flow", "value": "embedding"}
MEANS = {"query": "what it asks for", "key": "how it can be found", "value": "what it hands over"}
FEATURES = ("judges", "kind", "negates", "names")
MEANINGS = {"query": ("judges", "negates"), "key": ("judges", "negates"), "value": ("kind", "negates")}
"""What the numbers of a word's vector are about, and those of a query, a key and a value."""
MOST = 2
"""The value of the strongest fill, the same for all numbers."""
ALT = "The vector of “{word}”, {vector}, times three kernels: its query is {query}, its key {key}, its value {value}."


def draw(code: str) -> Picture:
    """Multiply by the kernels of the code's only head."""
    model = read_keras(code)
    trace = run_model(model, record(range(1, len(WORDS) + 1)))
    attended = cast("AttentionTrace", trace.trace_of(MultiHeadAttention))
    vector, said = attended.inputs[WORD - 1], WORDS[WORD - 1]
    kernels = {name: attended.weights[f"{name}_kernel"][:, 0] for name in PARTS}
    found = {name: vector @ kernel for name, kernel in kernels.items()}
    texts = {name: ", ".join(f"{each:.1f}" for each in values) for name, values in found.items()}
    alt = ALT.format(word=said, vector=", ".join(map(str, vector)), **texts)
    start, vector_of, grids, rows = _parts(vector, kernels, found, said)
    wide = beside(start, above(*rows, align="left"), *(link(vector_of, grid) for grid in grids))
    _, vector_of, _, rows = _parts(vector, kernels, found, said)
    return wide.picture(alt, narrow=above(word(said), vector_of, label("times each kernel:"), *rows, align="left"))


def _parts(
    vector: Array, kernels: dict[str, Array], found: dict[str, Array], said: str
) -> tuple[Thing, Thing, list[Thing], list[Thing]]:
    """Return the word with its vector, this alone, the kernels, and the row of each with its product."""
    numbers = cells(vector, "embedding", heat=MOST, large=True, name=f"vector of {said}", columns=_named(FEATURES))
    grids, rows = list[Thing](), list[Thing]()
    for name, role in PARTS.items():
        kernel = kernels[name]
        grids.append(cells(kernel, "flow", large=True, heat=MOST, printed=kernel != 0, rows=_named(FEATURES)))
        product = cells(found[name], role, heat=MOST, large=True, columns=_named(MEANINGS[name]))
        titled = above(label(f"{name} kernel", role, strong=True), grids[-1], core=grids[-1])
        answer = above(label(name, role, strong=True), label(MEANS[name]), product, core=product)
        rows.append(beside(titled, operator("="), answer))
    return beside(word(said), numbers), numbers, grids, rows


def _named(names: Iterable[str]) -> list[Thing]:
    return [label(name) for name in names]
