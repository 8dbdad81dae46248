"""What the terminal says of a save."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from .problems import Problem
from .publishing import PAGES

PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".pdf")
KINDS = ("article", "other page", "picture", "style sheet", "other file")


def line(saved: Collection[Path], built: Mapping[str, Any], seconds: float) -> str:
    """Tell in one line what was saved, what on the site is different now, and how long that took."""
    # A folder is new, or its list of files is: the files themselves say more.
    names = sorted(map(_shown, [path for path in saved if not path.is_dir()] or saved))
    what = f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0] if names else "the site"
    kinds = [_kind(path, built["articles"]) for path in built["changed"]]
    counts = [_counted(kinds.count(kind), kind) for kind in KINDS if kind in kinds] or ["nothing is different"]
    return f"{what}: {', '.join(counts)}, {seconds:.2f} s"


def count(problems: Sequence[Mapping[str, Any]]) -> str:
    """Count errors and warnings."""
    levels = [problem["level"] for problem in problems]
    return ", ".join(_counted(levels.count(level), level) for level in ("error", "warning") if level in levels)


def as_text(problems: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Tell problems in a terminal."""
    for told in problems:
        yield ": ".join(it for it in (told["level"], told["place"], told["about"] or told["said"]) if it)
        yield from [f"    {told['said']}"] if told["about"] else []
        yield from (f"    {line}" for line in told["details"])
        for number, text in told["excerpt"]:
            yield f"    {'>' if number == told['line'] else ' '} {number:4}  {text}"


def crashed(code: int, said: Sequence[str]) -> dict[str, Any]:
    """Tell of a process that ended where it should not have."""
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended itself with exit code {code}"
    details = [*(f"it said: {text}" for text in said), "it is started again with the next save"]
    return asdict(Problem("error", "", "", f"the process that builds the site {how}", details))


def _kind(path: str, articles: Collection[str]) -> str:
    if path in articles:
        return "article"
    endings = {"other page": PAGES, "picture": PICTURES, "style sheet": (".css",)}
    return next((kind for kind, known in endings.items() if path.lower().endswith(known)), "other file")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _shown(path: PurePath) -> str:
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here
