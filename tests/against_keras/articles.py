"""An article's code, run as its reader would run it, and what the article claims of it."""

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pelicanconf import MARKDOWN
from plugins.figures.markdown import Block, Reading, read
from plugins.figures.page.mentions import ASSERTION

RAISES, WARNS = "raises", "warns"
"""The classes of a block that shows an error, and of one in an older spelling that Keras warns of."""


@dataclass(frozen=True)
class Piece:
    """A block, what the article says that it prints or raises, or an assertion; `line` is its line in the source."""

    line: int
    block: Block | None = None
    says: str = ""
    condition: str = ""


def needs_torch(article: Path) -> bool:
    """Return whether an article has code of PyTorch."""
    return "\nimport torch\n" in article.read_text("utf-8")


def reading_of(text: str) -> Reading:
    """Read an article as the site does."""
    return read(text, **MARKDOWN)[1]


def pieces(source: Reading) -> list[Piece]:
    """List the blocks and assertions of an article in their order."""
    after = {block.begun: block for block in source.all_blocks if block.language == "text"}
    blank = {line for line, text in source.prose if not text.strip()}
    found = []
    for block in (it for it in source.blocks if it.is_drawn_from):
        line = block.end + 1
        while line in blank:
            line += 1
        found.append(Piece(block.line, block, after[line].text if line in after else ""))
    for line, text in source.prose:
        if assertion := ASSERTION.match(text):
            found.append(Piece(line, condition=assertion["condition"]))
    return sorted(found, key=lambda piece: piece.line)


class Reader:
    """Somebody who types in an article's code from top to bottom."""

    def __init__(self, article: Path) -> None:
        self._article = article
        self._names: dict[str, Any] = {"__name__": "__main__"}

    def read(self) -> Iterator[str]:
        """Run everything; name each claim that held. Raise AssertionError, with its line, for one that does not."""
        for piece in pieces(reading_of(self._article.read_text("utf-8"))):
            try:
                yield f"{piece.line}: {self._run(piece.block, piece) if piece.block else self._held(piece)}"
            except Exception as problem:
                raise AssertionError(f"{self._article}:{piece.line}: {type(problem).__name__}: {problem}") from problem

    def _held(self, piece: Piece) -> str:
        code = compile("\n" * (piece.line - 1) + f"assert {piece.condition}", str(self._article), "exec")
        exec(code, self._names)
        return piece.condition

    def _run(self, block: Block, piece: Piece) -> str:
        printed = io.StringIO()
        code = compile("\n" * (block.line - 1) + block.text, str(self._article), "exec")
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")  # as Python does, but each time
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            warnings.filterwarnings("always", category=DeprecationWarning, module="__main__")
            raised = self._raised(code)
        self._names["__block__"] = block.text  # so that an article can say whose text it shows
        if (raised is not None) != (RAISES in block.classes):
            raise raised or AssertionError("the block has the class .raises, but raises nothing")
        if bool(warned) != (WARNS in block.classes):
            if warned:
                raise AssertionError(f"the code warns ({warned[0].message}), but has no class .{WARNS}")
            raise AssertionError(f"the block has the class .{WARNS}, but the code doesn't warn")
        if raised is not None:
            said = f"{type(raised).__name__}: {raised}"
            if not _is_told(said, piece.says):
                raise AssertionError(f"the article shows {piece.says!r}, but the error is {said!r}")
        elif _lines(printed.getvalue()) != _lines(piece.says):
            raise AssertionError(f"the article shows {piece.says!r}, but the code prints {printed.getvalue()!r}")
        return "runs" if not piece.says else "says what the article says"

    def _raised(self, code: Any) -> Exception | None:
        try:
            exec(code, self._names)
        except Exception as raised:
            return raised
        return None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def _is_told(said: str, shown: str) -> bool:
    """An error is shown with line breaks where the page wants them; an ellipsis stands for what is left out."""
    said, place = " ".join(said.split()), 0
    for part in " ".join(shown.split()).split("…"):
        found = said.find(part.strip(), place)
        if found < 0:
            return False
        place = found + len(part.strip())
    return bool(shown.strip())
