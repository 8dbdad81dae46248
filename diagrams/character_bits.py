"""How many bits a character of unseen text costs: by counting, and for the network, seed by seed."""

from _characters import results
from unrolled import Picture, above, beside, dots, label

NETWORK = "the network"
TICKS = (1.0, 2.0, 3.0, 4.0)
ALT = "Bits per held-out character: {}."


def draw() -> Picture:
    """Draw a dot for each way of counting, and one for each seed of the network."""
    found = results()
    rows = {_called(order): [each["bits"]] for order, each in found["counted"].items() if int(order) > 0}
    rows[NETWORK] = [seed["bits"] for seed in found["seeds"].values()]
    ordered = dict(sorted(rows.items(), key=lambda row: -sum(row[1]) / len(row[1])))
    said = ", ".join(f"{name} {sum(values) / len(values):.2f}" for name, values in ordered.items())
    short = {name.replace("characters ", "").replace("character ", ""): values for name, values in ordered.items()}
    wide, narrow = (
        dots(those, TICKS, compared=NETWORK, axis="bits per character", wide=size, decimals=2)
        for those, size in ((ordered, 400), (short, 100))
    )
    notes = [label("Fewer bits are better."), label("Rings: single runs; strokes: means.")]
    return above(wide, beside(*notes)).picture(ALT.format(said), narrow=above(narrow, *notes))


def _called(order: str) -> str:
    return f"counting, {order} character{'' if order == '1' else 's'} before"
