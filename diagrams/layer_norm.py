"""What LayerNormalization does to a vector: subtract the mean of its numbers and divide by their standard deviation."""

from unrolled import Picture, Thing, above, arrow, beside, cells, embed, label, read_keras, run_model
from unrolled.arrays import Array
from unrolled.i18n import text_of
from unrolled.layers import LayerNormalization

ALT = "{} minus the mean {} and divided by the spread {} is {}."


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Follow the vector of the word at a `step` through the first LayerNormalization."""
    model = read_keras(code)
    trace = run_model(model, embed(words, model.entries[0].shape[-1])).trace_of(LayerNormalization)
    given, normed = trace.inputs[step - 1], trace.output[step - 1]
    mean, spread = text_of(float(given.mean()), 2), text_of(float(given.std()), 2)
    said = [", ".join(text_of(float(each), 2) for each in values) for values in (given, normed)]
    minus = f"minus the mean, {mean}" if given.mean() >= 0 else f"minus the mean, ({mean})"
    return beside(
        _stage(given, f"the vector of “{words[step - 1]}”", "memory"),
        arrow(minus),
        _stage(given - given.mean(), "mean 0"),
        arrow(f"÷ the spread, {spread}"),
        _stage(normed, "mean 0, spread 1"),
    ).picture(ALT.format(said[0], mean, spread, said[1]))


def _stage(values: Array, said: str, role: str = "flow") -> Thing:
    row = cells(values, role, name=said, decimals=2, large=True)
    return above(row, label(said, "memory" if role == "memory" else "muted"), core=row)
