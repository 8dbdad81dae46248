"""Attention of all words at once: queries times keys, softmax of each row, then times values."""

from typing import cast

from unrolled import Picture, Thing, above, arrow, beside, cells, label, operator, read_keras, record, run_model, word
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace

WORDS = ["was", "not", "bad"]
ALT = "Three queries times three keys are nine scores, {scores}; softmax turns them into shares, which mix the values."


def draw(code: str) -> Picture:
    """Multiply the matrices of the code's only head."""
    model = read_keras(code)
    trace = cast("AttentionTrace", run_model(model, record(range(1, len(WORDS) + 1))).trace_of(MultiHeadAttention))
    queries, keys, values, shares, mixed = (
        each[0] for each in (trace.queries, trace.keys, trace.values, trace.shares, trace.mixed)
    )
    divisor = keys.shape[1] ** 0.5
    products = queries @ keys.T

    def things(*, plain: bool) -> list[Thing]:
        """Return queries, keys, scores, shares, values and sums, with the words before and above them."""

        def named() -> list[Thing]:
            return [word(each, plain=plain) for each in WORDS]

        return [
            above(label("queries", "state", strong=True), cells(queries, "state", large=True, rows=named())),
            above(label("keys, on their sides", "ink", strong=True), cells(keys.T, large=True, columns=named())),
            above(label("scores", "ink", strong=True), cells(products, decimals=2, large=True)),
            above(
                label("shares", "ink", strong=True),
                cells(shares, "heat", decimals=2, heat=1, large=True, rows=named(), columns=named()),
            ),
            above(label("values", "embedding", strong=True), cells(values, "embedding", large=True)),
            above(label("weighted sums", "output", strong=True), cells(mixed, "output", decimals=2, large=True)),
        ]

    asked, turned, rated, taken, given, answer = things(plain=False)
    first = beside(asked, operator("·"), turned, operator("="), rated)
    second = beside(taken, operator("·"), given, operator("="), answer)
    said = ", ".join(f"{each:.2f}" for each in products.ravel())
    way = arrow(f"÷ {divisor:.2f} (root of {keys.shape[1]}), softmax of each row", "down")
    asked, turned, rated, taken, given, answer = things(plain=True)
    down = above(
        beside(asked, operator("·"), turned),
        operator("="),
        rated,
        arrow(f"÷ {divisor:.2f}, softmax", "down"),
        beside(taken, operator("·"), given),
        operator("="),
        answer,
    )
    return above(first, way, second).picture(ALT.format(scores=said), narrow=down)
