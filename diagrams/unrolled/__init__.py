"""Unrolled: the drawing words of diagram scripts."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .embedding import embed as embed
    from .errors import CodeError as CodeError
    from .errors import KitError as KitError
    from .errors import NumbersError as NumbersError
    from .errors import PictureError as PictureError
    from .keras import read_keras as read_keras
    from .layers.simple_rnn import SimpleRNN as SimpleRNN
    from .model import Model as Model
    from .picture import Picture as Picture
    from .run import Trace as Trace
    from .views.sentence import sentence as sentence
    from .views.table import table as table
    from .views.tokens import tokens as tokens
    from .views.unroll import unroll as unroll
    from .weights import readable_weights as readable_weights

# Loaded at first use, so that a script depends on the modules that it draws with and on no others.
# No name here may be the name of a module beside this file: loading that module would hide it.
EXPORTS = {
    "CodeError": "errors",
    "KitError": "errors",
    "Model": "model",
    "NumbersError": "errors",
    "Picture": "picture",
    "PictureError": "errors",
    "SimpleRNN": "layers.simple_rnn",
    "Trace": "run",
    "embed": "embedding",
    "read_keras": "keras",
    "readable_weights": "weights",
    "sentence": "views.sentence",
    "table": "views.table",
    "tokens": "views.tokens",
    "unroll": "views.unroll",
}


def __getattr__(name: str) -> object:
    """Load an exported name from its module."""
    if name not in EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(EXPORTS)}")
    value: object = getattr(import_module(f".{EXPORTS[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the exported names beside the module's own."""
    return sorted({*globals(), *EXPORTS})
