"""Draw docs/layers.svg from the import contracts in pyproject.toml; `--check` reports whether it is current."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DRAWING = ROOT / "docs/layers.svg"
SHOWN = {"plugins": "plugins/", "unrolled": "diagrams/unrolled/", "plugins.figures": "plugins/figures/"}
"""The packages that are drawn, and their folders: the last one in a column of its own."""

LETTER, ROW, GAP, PAD, HEAD = 7.25, 24, 4, 8, 34
"""In px: the width of a letter, the height of a row, between boxes, within a box, and above the rows."""
STYLE = (
    "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1b2430}.head{font-weight:700}"
    "rect{fill:#eef1f5;stroke:#8793a3}@media(prefers-color-scheme:dark){text{fill:#e9edf2}"
    "rect{fill:#222b37;stroke:#66748a}}"
)


def layers(package: str) -> list[list[str]]:
    """Return the layers of a package, the top one first, each with its modules."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    of_package = (
        contract for contract in contracts if contract["type"] == "layers" and contract.get("containers") == [package]
    )
    return [layer.split(" | ") for layer in next(of_package)["layers"]]


def panel(package: str, rows: Sequence[Sequence[str]], left: float, top: float) -> Iterator[str]:
    """Draw the layers of a package, each as a row of boxes."""
    yield f'<text class="head" x="{left:g}" y="{top + 20:g}">{escape(SHOWN[package])}</text>'
    for number, row in enumerate(rows):
        x, y = left, top + HEAD + number * (ROW + GAP)
        for name in row:
            width = len(name) * LETTER + 2 * PAD
            yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{ROW}" rx="4"/>'
            yield f'<text x="{x + PAD:g}" y="{y + 16:g}">{escape(name)}</text>'
            x += width + GAP


def size(rows: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Return the width and height of a package's drawing."""
    widths = [sum(len(name) * LETTER + 2 * PAD + GAP for name in row) for row in rows]
    return max(widths), HEAD + len(rows) * (ROW + GAP)


def draw() -> str:
    """Return the drawing as an SVG."""
    by_package = {package: layers(package) for package in SHOWN}
    *stacked, beside = by_package
    parts, top, width = list[str](), 0.0, 0.0
    for package in stacked:
        parts += panel(package, by_package[package], PAD, top)
        across, down = size(by_package[package])
        top, width = top + down + PAD, max(width, across)
    parts += panel(beside, by_package[beside], PAD + width + 3 * PAD, 0)
    across, down = size(by_package[beside])
    box = f"{width + across + 5 * PAD:g} {max(top, down + PAD):g}"
    words = "The modules of the plugins, the kit and the figure plugin in layers; each imports only what is below it."
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box}" width="{box.split()[0]}" role="img">'
        f"<title>{words}</title><style>{STYLE}</style>\n{body}\n</svg>\n"
    )


def main() -> int:
    """Write the drawing, or compare it."""
    drawing = draw()
    if "--check" not in sys.argv:
        DRAWING.write_text(drawing, "utf-8")
    elif not DRAWING.is_file() or DRAWING.read_text("utf-8") != drawing:
        print("docs/layers.svg isn't what pyproject.toml says: run make layers", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
