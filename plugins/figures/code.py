"""The code that a script's `draw` is given (in the child)."""

from __future__ import annotations

from typing import Any


class Code(str):
    """The text of the figure's own block, with what belongs to it.

    `before` are the texts of the article's Python blocks above it, in order; `needed` are the same blocks, each up to
    the last line that can matter to this one, or empty. `given` is what the author gives, as it is written, such as
    `"n=5, x=(3, 2)"`; `model` names the model that is meant. Without any they are empty.
    """

    _before: tuple[str, ...]
    _needed: tuple[str, ...]
    given: str
    model: str
    looked_at: str
    """Which of the two somebody has asked for, `before` if it was both: other edits above the block change nothing."""

    def __new__(
        cls, text: str, before: tuple[str, ...] = (), needed: tuple[str, ...] = (), given: str = "", model: str = ""
    ) -> Code:
        """Make one of a text."""
        code = super().__new__(cls, text)
        code._before, code._needed = tuple(before), tuple(needed)
        code.given, code.model, code.looked_at = given, model, ""
        return code

    @property
    def before(self) -> tuple[str, ...]:
        """The texts of the blocks above it."""
        self.looked_at = "before"
        return self._before

    @property
    def needed(self) -> tuple[str, ...]:
        """What can matter to it of the blocks above it."""
        self.looked_at = self.looked_at or "needed"
        return self._needed

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Take everything along to another process, where nobody sees what is looked at."""
        return str(self), self.before, self._needed, self.given, self.model
