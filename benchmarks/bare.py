"""Runs scripts in this process, one after the other, without isolation: the lower bound for any engine.

python bare.py FOLDER SCRIPT… draws them. With --warm before the folder, it draws the first one in advance, prints the
processor time for that, and starts when it receives a line.
"""

from __future__ import annotations

import runpy
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt


def render(script: str, folder: Path) -> None:
    """Run a script and save its figures as PNG and SVG."""
    runpy.run_path(script, run_name="__main__")
    for number in plt.get_fignums():
        place = folder / f"{Path(script).stem}-{number}"
        plt.figure(number).savefig(place.with_suffix(".png"), dpi=192)
        with plt.rc_context({"svg.fonttype": "none"}):
            plt.figure(number).savefig(place.with_suffix(".svg"))
    plt.close("all")


def main(arguments: Sequence[str]) -> None:
    """Draw the scripts named on the command line."""
    is_warm = arguments[0] == "--warm"
    folder, *scripts = arguments[is_warm:]
    if is_warm:
        render(scripts[0], Path(folder))
        print(time.process_time(), flush=True)
        sys.stdin.readline()
    for script in scripts:
        render(script, Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
