"""The tree of errors that the kit raises.

KitError
├── CodeError      what the code block says: not Python, not known, not drawn yet, or does not fit
├── NumbersError   numbers that do not fit, or that cannot be found
└── PictureError   what cannot be drawn
"""


class KitError(ValueError):
    """Something that the author can fix; `block` is the text of the code block at fault, `lineno` its line, from 1."""

    def __init__(self, message: str, *, block: str | None = None, lineno: int | None = None) -> None:
        super().__init__(message)
        self.block = block
        self.lineno = lineno


class CodeError(KitError):
    """The code block cannot be read as a model that the kit knows."""


class NumbersError(KitError):
    """Weights, inputs or states do not fit one another, or no readable ones exist."""


class PictureError(KitError):
    """The picture that was asked for cannot be drawn."""
