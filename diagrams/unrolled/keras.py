"""Keras code to a model, each argument with its place in the text; nothing is executed."""

from .keras_models import read_models
from .model import Model
from .source import parse


def read_keras(code: object, model: str | None = None) -> Model:
    """Read a model from a code block, or from a `keras.Model` where Keras is installed.

    What cannot be read is a `CodeError` that knows its line. Of a block that makes several models, say the name of the
    one that is meant.

    >>> model_shapes(read_keras(code))
    """
    if not isinstance(code, str):
        from .keras_config import code_of  # a script that reads text does not depend on it

        code = code_of(code)
    return read_models(parse(code), model)
