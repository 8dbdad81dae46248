"""What went wrong in a script, told by the author's own lines (runs in the child)."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .guard import RefusedError


class NothingDrawnError(Exception):
    """A script that ran to its end without a figure, or returned something else."""


def failure(problem: BaseException, job: Mapping[str, Any], only_beside: Sequence[str] = ()) -> dict[str, Any]:
    """Say what went wrong by the author's own lines: no frame of the engine, nor of a package beside the scripts."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if _is_own(Path(frame.filename), job)]
    block = getattr(problem, "block", None)
    said = str(problem) or "no message"
    if isinstance(problem, SystemExit):
        said = f"called sys.exit({'' if problem.code is None else repr(problem.code)}); a diagram script must not"
    elif not isinstance(problem, NothingDrawnError | RefusedError) and not hasattr(problem, "block"):
        said = f"{type(problem).__name__}: {said}"
    lines = []
    if isinstance(problem, SyntaxError) and problem.filename and _is_own(Path(problem.filename), job):
        said = f"{type(problem).__name__}: {problem.msg}"
        lines.append(_at(problem.filename, problem.lineno, said, job))
    elif frames:
        lines.append(_at(frames[-1].filename, frames[-1].lineno, said, job))
        if frames[0].filename != frames[-1].filename:
            lines.append(_at(frames[0].filename, frames[0].lineno, "called it", job))
    else:
        lines.append(f"{_shown(job['script'], job)}: {said}")
    beside = [_shown(path, job) for path in only_beside]
    lines.append(_advice(problem, block, beside))
    return {"failure": "\n".join(lines).splitlines(), "block": block, "block_line": getattr(problem, "lineno", None)}


def _advice(problem: BaseException, block: str | None, beside: Sequence[str]) -> str:
    if block:
        return "mend the code above the image"
    if isinstance(problem, RefusedError):
        return problem.advice
    if isinstance(problem, ModuleNotFoundError):
        return f"install {problem.name}, or mend the name; what the site needs stands in pyproject.toml"
    if beside:
        return f"paths are from the project's root: write {', '.join(beside)}"
    if isinstance(problem, MemoryError):
        return "make it need less memory at once"
    if isinstance(problem, OSError | UnicodeDecodeError):
        return "mend the file or its name; paths are those from the project's root"
    return "mend the script, and build again"


def _at(file: str, line: int | None, said: str, job: Mapping[str, Any]) -> str:
    source = linecache.getline(file, line or 0).strip()
    return f"{_shown(file, job)}:{line}: {said}" + (f"\n    {source}" if source else "")


def _shown(file: str, job: Mapping[str, Any]) -> str:
    path = Path(file)
    return path.relative_to(job["root"]).as_posix() if path.is_relative_to(job["root"]) else file


def _is_own(path: Path, job: Mapping[str, Any]) -> bool:
    diagrams = Path(job["diagrams"])
    if not path.is_relative_to(diagrams):
        return False
    inside = [folder for folder in path.parents if folder != diagrams and folder.is_relative_to(diagrams)]
    return not any((folder / "__init__.py").is_file() for folder in inside)
