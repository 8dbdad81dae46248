"""Attention of all words at once: queries times keys, softmax of each row, then times values."""

from typing import Any, cast

from unrolled import Picture, Thing, above, arrow, beside, cells, label, read_keras, record, run_model, word
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace

WORDS = ["was", "not", "bad"]
ALT = "Three queries times three keys are nine scores, {scores}; softmax turns them into shares, which mix the values."


def draw(code: str) -> Picture:
    """Multiply the matrices of the code's only head, each number where a row and a column meet."""
    model = read_keras(code)
    trace = cast("AttentionTrace", run_model(model, record(range(1, len(WORDS) + 1))).trace_of(MultiHeadAttention))
    queries, keys, values, shares, mixed = (
        each[0] for each in (trace.queries, trace.keys, trace.values, trace.shares, trace.mixed)
    )
    products = queries @ keys.T

    def over(name: str, role: str, factor: Thing, product: Thing, said: str, its: str = "ink") -> Thing:
        """Put the right factor above the product, whose rows are those of the left one."""
        return above(label(name, role, strong=True), factor, product, label(said, its, strong=True), core=product)

    def things(*, plain: bool) -> tuple[Thing, Thing, Thing, Thing]:
        """Return queries, keys over scores, shares, and values over sums."""

        def grid(numbers: Any, role: str = "flow", **options: Any) -> Thing:
            return cells(numbers, role, large=True, **options)

        def words(*, plain: bool = True) -> list[Thing]:
            return [word(each, plain=plain) for each in WORDS]

        asked = grid(queries, "state", rows=words(plain=plain))
        scores = grid(products, "heat", decimals=2, heat=True)
        taken = grid(shares, "heat", decimals=2, heat=1, columns=words(), rows=words() if plain else ())
        sums = grid(mixed, "output", decimals=2)
        return (
            above(label("queries", "state", strong=True), asked, core=asked),
            over("keys, on their sides", "ink", grid(keys.T, columns=words()), scores, "scores"),
            above(taken, label("shares", "ink", strong=True), core=taken),
            over(
                "values",
                "embedding",
                grid(values, "embedding", rows=() if plain else words()),
                sums,
                "weighted sums",
                "output",
            ),
        )

    softmax = f"÷ {keys.shape[1] ** 0.5:.2f}, softmax"
    asked, rated, taken, answer = things(plain=False)
    wide = beside(asked, rated, arrow(softmax), taken, answer)
    asked, rated, taken, answer = things(plain=True)
    narrow = above(beside(asked, rated), arrow(softmax, "down"), beside(taken, answer))
    said = ", ".join(f"{each:.2f}" for each in products.ravel())
    return wide.picture(ALT.format(scores=said), narrow=narrow)
