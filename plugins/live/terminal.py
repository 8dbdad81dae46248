"""What the terminal prints after a save."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from .output import PAGES
from .problems import Problem

PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".pdf")
KINDS = ("article", "other page", "picture", "style sheet", "other file")


class News:
    """Separates new problems from known ones, so that the terminal doesn't repeat them."""

    def __init__(self) -> None:
        self._known: set[tuple[str, ...]] = set()

    def parted(self, problems: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """Return the new problems and the known ones.

        Only a build without an error forgets warnings, because one that an error has stopped doesn't reach all of them.
        """
        new = [told for told in problems if _name(told) not in self._known]
        known = [told for told in problems if _name(told) in self._known]
        is_whole = not any(told["level"] == "error" for told in problems)
        kept = set() if is_whole else {name for name in self._known if name[0] == "warning"}
        self._known = kept | set(map(_name, problems))
        return new, known


def in_one_line(saved: Collection[Path], built: Mapping[str, Any], seconds: float) -> str:
    """Return one line: what was saved, what has changed on the site, and how long it took."""
    # A folder is new, or its list of files has changed: the files themselves are more informative.
    names = sorted(map(_shown, [path for path in saved if not path.is_dir()] or saved))
    what = f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0] if names else "the site"
    kinds = [_kind(path, built["articles"]) for path in built["changed"]]
    counts = [_counted(kinds.count(kind), kind) for kind in KINDS if kind in kinds] or ["no changes"]
    return f"{what}: {', '.join(counts)}, {seconds:.2f} s"


def count(problems: Sequence[Mapping[str, Any]]) -> str:
    """Count errors and warnings."""
    levels = [problem["level"] for problem in problems]
    return ", ".join(_counted(levels.count(level), level) for level in ("error", "warning") if level in levels)


def as_text(problems: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Format problems for a terminal."""
    for told in problems:
        yield ": ".join(it for it in (told["level"], told["place"], told["about"] or told["said"]) if it)
        yield from [f"    {told['said']}"] if told["about"] else []
        yield from (f"    {line}" for line in told["details"])
        for number, text in told["excerpt"]:
            yield f"    {'>' if number == told['line'] else ' '} {number:4}  {text}"


def crashed(code: int, said: Sequence[str]) -> dict[str, Any]:
    """Report a process that ended unexpectedly."""
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"
    details = [*(f"it printed: {text}" for text in said), "it starts again the next time you save"]
    return asdict(Problem("error", "", "", f"the process that builds the site {how}", details))


def _name(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a key for a problem that stays the same when lines are inserted above it."""
    blamed = next((text for number, text in told["excerpt"] if number == told["line"]), "")
    return told["level"], re.sub(r":\d+$", "", told["place"]), told["about"], told["said"], blamed


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
