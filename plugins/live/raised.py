"""What an exception says, by the author's own lines."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from .problems import Problem, problem, shown

ADVICE = {
    "specify a path containing the content": 'there is no folder of articles: begin with make new TITLE="My first"',
    "Failed to overwrite": "two sources have one address: give one of them another slug",
    "Permission denied": "see who owns the folder, and who may write into it",
}
"""What to do, by a sign in the message of an exception that names no line of the author's."""

OURS = str(Path(__file__).parent)
INSTALLED = tuple({sys.prefix, sys.base_prefix, "<"})


def of_exception(raised: BaseException) -> Problem:
    """Tell what stopped a build."""
    return problem("error", text_of(raised))


def text_of(raised: BaseException) -> str:
    """Tell an exception as an entry of the report: the innermost line of the author's, what was raised, what to do."""
    if isinstance(raised, SystemExit):
        return _text_of_end(raised)
    said = raised.msg if isinstance(raised, SyntaxError) else str(raised)
    places = own_places(raised)
    at = f"{places[-1]}: " if places else ""
    called = [f"    called from {place}" for place in places[-2:-1]]
    known = [advice for sign, advice in ADVICE.items() if sign in said]
    advice = next(iter(known), "fix it, and save: the site is built again")
    return "\n".join([f"{at}{type(raised).__name__}: {said}".strip(), *called, f"    {advice}"])


def own_places(raised: BaseException) -> list[str]:
    """Name the lines of the project, its templates among them, that an exception came through, or that it tells of."""
    if getattr(raised, "filename", None) and getattr(raised, "lineno", None):  # what cannot be read: code, a template
        place = f"{shown(raised.filename)}:{raised.lineno}"  # type: ignore[attr-defined]
        return [place] if _is_own(raised.filename) else []  # type: ignore[attr-defined]
    frames = traceback.extract_tb(raised.__traceback__)
    places = [f"{shown(frame.filename)}:{frame.lineno}" for frame in frames if _is_own(frame.filename)]
    return list(dict.fromkeys(places))


def _text_of_end(raised: SystemExit) -> str:
    if isinstance(raised.code, str) and raised.__cause__:  # the word of a plugin on what it was given
        return raised.code
    places = own_places(raised)
    at = f"{places[-1]}: " if places else ""
    if isinstance(raised.code, str):
        return f"{at}{raised.code}"
    call = f"sys.exit({'' if raised.code is None else raised.code})"
    return f"{at}the build was ended by {call}\n    take it out, or raise an exception that says what is wrong"


def _is_own(file: str) -> bool:
    return not file.startswith((*INSTALLED, OURS)) and Path(file).is_file()
