"""Where a GRU can reset, at the last word: what a unit's tap lets through if it's after the matrix, and before it."""

from collections.abc import Sequence

from _charts import VALUE, at, column, say
from unrolled import GRU, Picture, embed, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.errors import PictureError
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame, Point
from unrolled.i18n import PrintedNumbers, text_of
from unrolled.layers.activations import activation_of
from unrolled.layout import wrapped
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.cells import Vector
from unrolled.shapes.gates import FOOT, HANDLE, OPENING, Shutter
from unrolled.shapes.plots import CurveDot, Polyline
from unrolled.shapes.shape import Shape
from unrolled.views.pieces import LARGE_NUMBER

WORDS = ["I", "am", "groot"]
TITLES = {
    "after": ("After the matrix", "reset_after=True, the default", "A tap sets how much its unit hears of all units."),
    "before": ("Before the matrix", "reset_after=False", "A tap sets how much all units hear of its unit."),
}
ALT = (
    "The {units} numbers of the state, the matrix that mixes them, and a tap for each unit. After the matrix, the tap "
    "of unit 1 is on all that unit 1 hears, and the candidate is {after}; before it, on all that is heard of unit 1, "
    "and the candidate is {before}."
)
APART, CELL, TAP = 116, (50, 28), (50, OPENING + FOOT)
MIX, STEP, TO_NAME, ROOM = 88, 24, 12, 270
"""In pixels: how high the crossing lines are, an arrow is long, a name is beside, and wide a panel is."""


def draw(code: str) -> Picture:
    """Give both kinds of GRU the weights of the code's."""
    model = read_keras(code)
    (layer,) = model.layers
    if not isinstance(layer, GRU) or not layer.reset_after:
        raise PictureError("the layer isn't a GRU that resets after the matrix", block=code)
    trace = run_model(model, embed(WORDS)).trace_of(GRU)
    state, gate = record(trace.states[-2], "state", "h₂"), record(trace.gates["reset"][-1], "gate", "r")
    part = slice(2 * layer.units, None)
    kernel, matrix = (trace.weights[name][:, part] for name in ("kernel", "recurrent_kernel"))
    of_input, of_state = trace.weights["bias"][:, part]
    given = record(trace.inputs[-1] @ kernel + of_input, "given", "from x₃")
    sums = {
        "after": given + gate * named("mixed", state @ matrix + of_state, "from h₂"),
        "before": given + named("mixed", named("reset", gate * state, "r × h₂") @ matrix + of_state, "from r × h₂"),
    }
    candidates = {way: named("candidate", activation_of(layer.activation)(total), "h̃") for way, total in sums.items()}
    said = {way: " and ".join(_printed(values)) for way, values in candidates.items()}
    table = [TextColumn("where it resets", [title for title, *_ in TITLES.values()])]
    for name, values in (("h₂", state), ("reset gate", gate)):
        table.append(TextColumn(name, [PrintedNumbers(_printed(values))] * len(candidates)))
    table.append(TextColumn("candidate", [PrintedNumbers(_printed(values)) for values in candidates.values()]))
    description = Description.of(ALT.format(units=layer.units, **said), table=table)
    panels = [_panel(way, state, gate, values) for way, values in candidates.items()]
    wide = [shape for place, panel in enumerate(panels) for shape in at(panel, place * (ROOM + 80))]
    return in_two_forms([tuple(wide)], [tuple(column(panels, 36))], description)


def _panel(way: str, state: Array, gate: Array, candidate: Array) -> list[Shape]:
    """Lead each number of the state up through the matrix and a tap, or through a tap and the matrix."""
    places = [(unit - (len(state) - 1) / 2) * APART for unit in range(len(state))]
    y = -CELL[1] / 2
    shapes = _numbers(f"{way}-state", places, 0, state, "state")
    for unit, x in enumerate(places, start=1):
        shapes.append(say(f"{way}-unit-{unit}", f"unit {unit}", x, CELL[1] / 2 + 14, style=VALUE, role="muted"))
    for stage in ("mix", "tap") if way == "after" else ("tap", "mix"):
        shapes += [
            Arrow(name=f"{way}-to-{stage}-{unit}", points=(Point(x, y - 5), Point(x, y - STEP)))
            for unit, x in enumerate(places, start=1)
        ]
        y -= STEP + 8
        if stage == "mix":
            shapes += _mixed(way, places, y)
            shapes.append(say(f"{way}-matrix", "matrix U", places[0] - 14, y - MIX / 2, "end", NAME))
            y -= MIX
        else:
            shapes += _taps(way, places, y, gate)
            shapes.append(say(f"{way}-taps", "reset gate r", places[0] - TAP[0] / 2 - TO_NAME, y - FOOT / 2, "end"))
            y -= TAP[1] + HANDLE
    top = y - STEP - 16
    for unit, x in enumerate(places, start=1):
        shapes.append(Arrow(name=f"{way}-out-{unit}", points=(Point(x, y - 5), Point(x, top))))
    shapes.append(say(f"{way}-rest", "+ from x₃, tanh", 0, (y + top) / 2, style=VALUE, role="muted"))
    y = top - 5 - CELL[1] / 2
    shapes += _numbers(f"{way}-candidate", places, y, candidate, "state")
    left = places[0] - CELL[0] / 2 - TO_NAME
    shapes.append(say(f"{way}-state-name", "h₂", left, 0, "end", NAME, "state"))
    shapes.append(say(f"{way}-candidate-name", "candidate h̃", left, y, "end", NAME.bold(), "state"))
    title, option, note = TITLES[way]
    said = [
        (title, BLOCK, "ink"),
        (option, NAME, "muted"),
        *((line, NAME, "ink") for line in wrapped(note, NAME, ROOM)),
    ]
    start = Frame.around(shape.bounds for shape in shapes).left
    heads = [
        say(f"{way}-title-{row}", text, start, row * 21, "start", style, role)
        for row, (text, style, role) in enumerate(said)
    ]
    return column([heads, shapes], 22)


def _mixed(way: str, places: Sequence[float], y: float) -> list[Shape]:
    """Draw a line from each number to each unit, the heavy ones being those that the first tap is on."""
    shapes: list[Shape] = []
    ways = [(one, other) for one in range(len(places)) for other in range(len(places))]
    for one, other in sorted(ways, key=lambda each: each[way == "after"] == 0):
        is_first = (other if way == "after" else one) == 0
        points = Point(places[one], y), Point(places[other], y - MIX)
        role, width = ("state", 3.5) if is_first else ("flow", 1.25)
        shapes.append(Polyline(name=f"{way}-line-{one + 1}-{other + 1}", role=role, points=points, width=width))
    for end in (y, y - MIX):
        for unit, x in enumerate(places, start=1):
            shapes.append(CurveDot(name=f"{way}-dot-{unit}-{end:g}", at=Point(x, end), is_solid=True, radius=4))
    return shapes


def _taps(way: str, places: Sequence[float], y: float, gate: Array) -> list[Shape]:
    return [
        Shutter(
            name=f"{way}-tap-{unit}",
            frame=Frame(x - TAP[0] / 2, y - TAP[1], *TAP),
            cells=(said,),
            passing="state",
            shares=(share,),
            style=LARGE_NUMBER,
        )
        for unit, (x, said, share) in enumerate(zip(places, _printed(gate), gate.tolist(), strict=True), start=1)
    ]


def _numbers(name: str, places: Sequence[float], y: float, values: Array, role: str) -> list[Shape]:
    return [
        Vector(name=f"{name}-{unit}", role=role, frame=Frame.about(x, y, *CELL), cells=(said,), style=LARGE_NUMBER)
        for unit, (x, said) in enumerate(zip(places, _printed(values), strict=True), start=1)
    ]


def _printed(values: Array) -> tuple[str, ...]:
    return tuple(text_of(value, 2) for value in values.tolist())
