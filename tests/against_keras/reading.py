"""Numbers of a model read back from the SVG that its figure is saved as."""

from tests.diagrams.pictures import parts_of, saved_svg, texts_of
from unrolled.i18n import MINUS

CLOSE = 1e-5


def cells_of(picture, file):
    """Read the cells of every vector of a saved picture, by the name of its part."""
    svg = saved_svg(picture, file)
    names = {shape.name for shape in picture.shapes if hasattr(shape, "cells")}
    return {name: texts_of(svg, name) for name in parts_of(svg, ".*") if name in names}


def check_cells(cells, values, what):
    """Each printed number is the one of Keras: within half of its last digit, and a little for 32 bits."""
    numbers = [float(value) for value in values]
    assert cells, what
    if "…" not in cells:
        assert len(cells) == len(numbers), what
    shown = [(cell, at) for at, cell in enumerate(cells) if cell != "…"]
    after = False
    for cell, at in shown:
        after = after or "…" in cells[:at]
        value = numbers[at - len(cells)] if after else numbers[at]
        digits = len(cell.partition(".")[2])
        half = 0.5 * 10**-digits if digits else 0
        assert abs(float(cell.replace(MINUS, "-")) - value) <= half + CLOSE, (what, cell, value)


def answer_names(model, node, output):
    """Name the parts that show what a layer returns: an answer for each step, one in the end, or a last state."""
    layer = model.nodes[node].layer
    seen = [each for each in model.nodes if each.layer.name_in_code not in ("Masking", "Dropout")]
    single = len(seen) == 1 and layer.name_in_code in ("SimpleRNN", "GRU", "LSTM")
    prefix = "" if single else f"layer{node}-"
    inner = getattr(layer, "layer", layer)
    answers = 2 if getattr(layer, "merge_mode", "") is None else 1
    if output >= answers:
        names = inner.state_names
        way = "" if inner is layer else ("forward-", "backward-")[(output - answers) // len(names)]
        return [f"{prefix}{way}last-{ {'h': 'state', 'c': 'memory'}[names[(output - answers) % len(names)]] }"]
    kind = "output" if answers == 1 else ("forward-output", "backward-output")[output]
    shape = model.nodes[node].returned[output]
    if len(shape) == 1:
        return [f"{prefix}{kind}"]
    steps = range(1, shape[0] + 1)
    return [f"{prefix}step{step}-{kind}" if prefix else f"{kind}-{step}" for step in steps]
