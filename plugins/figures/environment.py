"""The children's whole environment: nothing of the author's own reaches a figure."""

from __future__ import annotations

import os

from .settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables of the process that forks the children; their cache folder is made."""
    cache = settings.store / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    variables = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(cache),
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
    return variables | ({"MATPLOTLIBRC": str(settings.style)} if settings.style else {})
