"""The exceptions raised by the kit.

KitError
├── CodeError      the code block: a syntax error, something unknown or not supported, or mismatched shapes
├── NumbersError   numbers that don't fit the model, or that can't be found
└── PictureError   a picture that can't be drawn
    └── TranslationError   a text that has no translation
"""


class KitError(ValueError):
    """An error the author can fix.

    `block` is the text of the code block at fault, and `lineno` its line, counted from 1.
    """

    def __init__(self, message: str, *, block: str | None = None, lineno: int | None = None) -> None:
        super().__init__(message)
        self.block = block
        self.lineno = lineno


class CodeError(KitError):
    """The code block can't be read as a model that the kit supports."""


class NumbersError(KitError):
    """Weights, inputs or states don't fit together, or no readable ones exist."""


class PictureError(KitError):
    """The requested picture can't be drawn."""


class TranslationError(PictureError, LookupError):
    """A picture can't be in the requested language, because some of its text has no translation."""
