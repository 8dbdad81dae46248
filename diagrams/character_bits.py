"""How many bits a character of unseen text costs: by counting, and for the network, seed by seed."""

from _characters import results
from unrolled import Picture, dots

TICKS = (1.0, 2.0, 3.0, 4.0)
ALT = "Bits per held-out character: {}."


def draw() -> Picture:
    """Draw a dot for each way of counting, and one for each seed of the network."""
    found = results()
    rows = {_called(order): [each["bits"]] for order, each in found["counted"].items() if int(order) > 0}
    rows["the network"] = [seed["bits"] for seed in found["seeds"].values()]
    ordered = dict(sorted(rows.items(), key=lambda row: -sum(row[1]) / len(row[1])))
    said = ", ".join(f"{name} {sum(values) / len(values):.2f}" for name, values in ordered.items())
    wide, narrow = (
        dots(ordered, TICKS, compared="the network", axis="bits per character", wide=size, decimals=2)
        for size in (440, 110)
    )
    return wide.picture(ALT.format(said), narrow=narrow)


def _called(order: str) -> str:
    return f"{order} before it" if int(order) else "none before it"
