"""Unrolled: functions for drawing neural networks and their numbers. The imports below list all of them."""

import ast
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

__version__ = "0.4.0"

# Type checkers read these lines, and `EXPORTS` has what they say: a name that is added here is exported. No name may be
# that of a module in this directory, because importing that module would shadow it.
if TYPE_CHECKING:
    from .arrays import Weights as Weights
    from .arrays import illustrative as illustrative
    from .errors import CodeError as CodeError
    from .errors import KitError as KitError
    from .errors import NumbersError as NumbersError
    from .errors import PictureError as PictureError
    from .errors import TranslationError as TranslationError
    from .floor.charts import curves as curves
    from .floor.charts import dots as dots
    from .floor.diagram import Thing as Thing
    from .floor.diagram import above as above
    from .floor.diagram import beside as beside
    from .floor.diagram import chain as chain
    from .floor.diagram import link as link
    from .floor.diagram import row as row
    from .floor.things import arrow as arrow
    from .floor.things import block as block
    from .floor.things import cells as cells
    from .floor.things import key as key
    from .floor.things import label as label
    from .floor.things import operator as operator
    from .floor.things import word as word
    from .i18n import gettext as gettext
    from .i18n import ngettext as ngettext
    from .i18n import text_of as text_of
    from .layers import add_layer as add_layer
    from .layers.activations import Activation as Activation
    from .layers.activations import LeakyReLU as LeakyReLU
    from .layers.activations import ReLU as ReLU
    from .layers.activations import Softmax as Softmax
    from .layers.attention import MultiHeadAttention as MultiHeadAttention
    from .layers.convolution import AveragePooling1D as AveragePooling1D
    from .layers.convolution import Conv1D as Conv1D
    from .layers.convolution import GlobalAveragePooling1D as GlobalAveragePooling1D
    from .layers.convolution import GlobalMaxPooling1D as GlobalMaxPooling1D
    from .layers.convolution import MaxPooling1D as MaxPooling1D
    from .layers.core import Dense as Dense
    from .layers.core import Dropout as Dropout
    from .layers.core import Embedding as Embedding
    from .layers.core import GaussianNoise as GaussianNoise
    from .layers.core import Masking as Masking
    from .layers.core import SpatialDropout1D as SpatialDropout1D
    from .layers.core import TimeDistributed as TimeDistributed
    from .layers.initializers import Initializer as Initializer
    from .layers.layer import Layer as Layer
    from .layers.layer import Trace as Trace
    from .layers.normalization import LayerNormalization as LayerNormalization
    from .layers.recurrent import GRU as GRU
    from .layers.recurrent import LSTM as LSTM
    from .layers.recurrent import Bidirectional as Bidirectional
    from .layers.recurrent import LSTMTrace as LSTMTrace
    from .layers.recurrent import RecurrentTrace as RecurrentTrace
    from .layers.recurrent import SimpleRNN as SimpleRNN
    from .layers.reshaping import Cropping1D as Cropping1D
    from .layers.reshaping import Flatten as Flatten
    from .layers.reshaping import Permute as Permute
    from .layers.reshaping import RepeatVector as RepeatVector
    from .layers.reshaping import Reshape as Reshape
    from .layers.reshaping import UpSampling1D as UpSampling1D
    from .layers.reshaping import ZeroPadding1D as ZeroPadding1D
    from .model import Model as Model
    from .model import stack as stack
    from .numbers.embedding import embed as embed
    from .numbers.run import ModelTrace as ModelTrace
    from .numbers.run import run_model as run_model
    from .numbers.weights import initial_weights as initial_weights
    from .numbers.weights import readable_weights as readable_weights
    from .numbers.weights import weights_for as weights_for
    from .numbers.weights import weights_from as weights_from
    from .numbers.weights import weights_of as weights_of
    from .picture import Picture as Picture
    from .reader import read_array as read_array
    from .reader import read_keras as read_keras
    from .recorded.answers import asks_of as asks_of
    from .recorded.arrays import record as record
    from .views.areas import areas as areas
    from .views.attention import attention as attention
    from .views.cell import cell as cell
    from .views.cell import reset as reset
    from .views.convolution import convolution as convolution
    from .views.formulation import formulation as formulation
    from .views.gradient import gradient as gradient
    from .views.heads import heads as heads
    from .views.logits import logits as logits
    from .views.lookup import lookup as lookup
    from .views.lookup import table as table
    from .views.model_shapes import model_shapes as model_shapes
    from .views.network import network as network
    from .views.positions import positions as positions
    from .views.reading import reading as reading
    from .views.rolled import rolled as rolled
    from .views.space import space as space
    from .views.tensor import tensor as tensor
    from .views.text import sentence as sentence
    from .views.text import tokens as tokens
    from .views.transformer import transformer as transformer
    from .views.unroll import unroll as unroll


def _exports() -> dict[str, str]:
    """Read the module of each name from the imports above."""
    (checked,) = (node for node in ast.parse(Path(__file__).read_bytes()).body if isinstance(node, ast.If))
    imports = [node for node in checked.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


EXPORTS = _exports()
"""The module of each name, imported on first use, so that a script depends only on the modules it draws with."""

__all__ = list(EXPORTS)


def __getattr__(name: str) -> object:
    """Import an exported name from its module."""
    if name not in EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(EXPORTS)}")
    value: object = getattr(import_module(f".{EXPORTS[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the exported names along with the module's own."""
    return sorted({*globals(), *EXPORTS})
