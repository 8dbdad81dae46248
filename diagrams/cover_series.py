"""The cover of the guide to forecasting: the CO₂ in the air, month by month, and what is to be forecast of it."""

from _covers import cover, line, said
from _series import VALID, months
from unrolled import Picture

LEFT, RIGHT, TOP, BOTTOM = 14, 184, 22, 116


def draw() -> Picture:
    """Draw the months that are known in ink, and the others as a state."""
    names, ppm = months()
    across = [LEFT + place * (RIGHT - LEFT) / (len(ppm) - 1) for place in range(len(ppm))]
    points = [
        (x, float(BOTTOM - (value - ppm.min()) / (ppm.max() - ppm.min()) * (BOTTOM - TOP)))
        for x, value in zip(across, ppm, strict=True)
    ]
    first, last = (name[:4] for name in (names[0], names[-1]))
    return cover(
        f"A line that rises in waves from {ppm[0]:.0f} to {ppm[-1]:.0f} ppm; its end is to be forecast.",
        line([(across[VALID], points[VALID][1] - 26), (across[VALID], 122)], "rule", 1),
        line(points[: VALID + 1], "ink"),
        line(points[VALID:], "state", 2),
        said(f"{ppm[-1]:.0f} ppm", RIGHT + 8, points[-1][1] + 4, 15, "state", weight=600),
        said(f"{ppm[0]:.0f}", LEFT, points[0][1] - 20, 14),
        said(first, LEFT, 132, 13, "muted"),
        said(last, RIGHT, 132, 13, "muted", "middle"),
    )
