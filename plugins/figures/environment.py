"""The children's whole environment: nothing of the author's own reaches a figure."""

from __future__ import annotations

import os
from pathlib import Path

from .settings import Settings

PACKAGE = __package__ or ""
ABOVE_PACKAGE = Path(__file__).resolve().parents[PACKAGE.count(".") + 1]
"""Where `python -m` finds this package, under whatever parents it stands."""


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables of the children and of the process that forks them; make their home and cache folders."""
    cache, home = settings.store / "cache", settings.store / "home"
    for folder in (cache, home):
        folder.mkdir(parents=True, exist_ok=True)
    variables = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(cache),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": "0",
    }
    # Without these no process starts on Windows.
    variables |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    style = settings.matplotlibrc
    return variables | ({"MATPLOTLIBRC": str(style)} if style.is_file() else {})
