"""The code that a script's `draw` is given (in the child)."""

from __future__ import annotations

from typing import Any


class Code(str):
    """The text of the figure's own block, with what belongs to it.

    `before` are the texts of the article's Python blocks above it, in order; `given` is what the author gives, as it is
    written, such as `"n=5, x=(3, 2)"`; `model` names the model that is meant. Without any they are empty.
    """

    _before: tuple[str, ...]
    given: str
    model: str
    is_looked_above: bool
    """Whether anybody has asked for `before`: if not, edits above the block change nothing."""

    def __new__(cls, text: str, before: tuple[str, ...] = (), given: str = "", model: str = "") -> Code:
        """Make one of a text."""
        code = super().__new__(cls, text)
        code._before = tuple(before)
        code.given, code.model, code.is_looked_above = given, model, False
        return code

    @property
    def before(self) -> tuple[str, ...]:
        """The texts of the blocks above it."""
        self.is_looked_above = True
        return self._before

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Take everything along to another process, where nobody sees what is looked at."""
        return str(self), self.before, self.given, self.model
