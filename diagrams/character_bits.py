"""How many bits a character of unseen text costs, against how many numbers are stored: counting, and the network."""

import numpy as np

from _characters import DATA, results
from _charts import Plot, Scale, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import CurveDot
from unrolled.shapes.shape import Shape

ALT = (
    "Bits per held-out character, against the numbers stored. Counting, from {first} characters before to {last}: "
    "{counted}. The network, with {size:,} numbers, in three trainings: {network}."
)
LOW, HIGH, BITS = 400, 1_000_000, (1.0, 4.0)


def draw() -> Picture:
    """Put counting on a line, and a disc for each seed of the network."""
    found = results()
    counted = {int(order): (each["runs"], each["bits"]) for order, each in found["counted"].items() if int(order) > 0}
    with np.load(DATA / "model.npz") as weights:
        size = sum(weights[name].size for name in weights.files)
    seeds = [seed["bits"] for seed in found["seeds"].values()]
    alt = ALT.format(
        first=min(counted),
        last=max(counted),
        counted=", ".join(f"{bits:.2f} with {runs:,}" for runs, bits in counted.values()),
        size=size,
        network=", ".join(f"{bits:.2f}" for bits in seeds),
    )
    names = [*(f"counting, {order} before" for order in counted), *("the network" for _ in seeds)]
    table = [
        TextColumn("model", names),
        TextColumn(
            "numbers", [f"{each:,}" for each in (*(runs for runs, _ in counted.values()), *(size for _ in seeds))]
        ),
        TextColumn("bits", [f"{each:.2f}" for each in (*(bits for _, bits in counted.values()), *seeds)]),
    ]
    forms = [tuple(_chart(counted, size, seeds, Frame(0, 0, *area))) for area in ((560, 230), (232, 230))]
    return in_two_forms(forms[:1], forms[1:], Description.of(alt, table=table))


def _chart(counted: dict[int, tuple[int, float]], size: int, seeds: list[float], frame: Frame) -> list[Shape]:
    plot = Plot(frame, Scale(LOW, HIGH, is_log=True), Scale(*BITS))
    is_narrow = frame.width < 300
    ticks: dict[float, str] = {1_000: "1,000", 10_000: "10,000", 100_000: "100,000", 1_000_000: "1 million"}
    if is_narrow:
        ticks = {1_000: "1,000", 30_000: "30,000", 1_000_000: "1 m"}
    found: list[Shape] = [
        *plot.axes(
            "bits",
            ticks,
            {value: f"{value:g}" for value in (1, 2, 3, 4)},
            across="numbers stored",
            up="bits per character: fewer are better",
        ),
        plot.line("counting", [*counted.values()], "flow", width=2),
    ]
    for order, (runs, bits) in counted.items():
        at = plot.at(runs, bits)
        found.append(CurveDot(name=f"counting-{order}", role="flow", at=at, radius=5))
        said = (
            f"counting with {order} character before"
            if order == 1 and not is_narrow
            else f"{order} before"
            if order == 1
            else str(order)
            if is_narrow or order > 4
            else f"{order} before"
        )
        below = order >= 4
        place = Point(at.x + (0 if below else 11), at.y + (18 if below else -11))
        found.append(say(f"counting-{order}-name", said, place.x, place.y, "middle" if below else "start"))
    for number, bits in enumerate(seeds, start=1):
        found.append(CurveDot(name=f"network-{number}", role="memory", at=plot.at(size, bits), is_solid=True, radius=4))
    at = plot.at(size, max(seeds))
    found.append(
        say(
            "network-name",
            f"the network, {len(seeds)} trainings",
            at.x - 10,
            at.y + 34,
            "end",
            NAME.bold().sized(14),
            role="memory",
        )
    )
    found.append(say("network-size", f"{size:,}", at.x - 10, at.y + 51, "end"))
    return found
