"""Unrolled: functions for drawing neural networks and their numbers. `EXPORTS` below lists all of them by purpose."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .arrays import Weights as Weights
    from .errors import CodeError as CodeError
    from .errors import KitError as KitError
    from .errors import NumbersError as NumbersError
    from .errors import PictureError as PictureError
    from .floor.words import Thing as Thing
    from .floor.words import above as above
    from .floor.words import arrow as arrow
    from .floor.words import beside as beside
    from .floor.words import block as block
    from .floor.words import cells as cells
    from .floor.words import chain as chain
    from .floor.words import curves as curves
    from .floor.words import dots as dots
    from .floor.words import key as key
    from .floor.words import label as label
    from .floor.words import link as link
    from .floor.words import operator as operator
    from .floor.words import row as row
    from .floor.words import word as word
    from .i18n import gettext as gettext
    from .i18n import ngettext as ngettext
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
    from .numbers import illustrative as illustrative
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

# Loaded on first use, so that a script depends only on the modules it draws with. No name here may be the name of a
# module in this directory: importing that module would shadow it.
EXPORTS = {
    # Models, read from a code block or built by a script
    "read_keras": "reader",
    "read_array": "reader",
    "stack": "model",
    "Model": "model",
    # Layers, under their Keras names; the rest are in unrolled.layers
    "Activation": "layers.activations",
    "AveragePooling1D": "layers.convolution",
    "Bidirectional": "layers.recurrent",
    "Conv1D": "layers.convolution",
    "Cropping1D": "layers.reshaping",
    "Dense": "layers.core",
    "Dropout": "layers.core",
    "Embedding": "layers.core",
    "Flatten": "layers.reshaping",
    "GaussianNoise": "layers.core",
    "GlobalAveragePooling1D": "layers.convolution",
    "GlobalMaxPooling1D": "layers.convolution",
    "GRU": "layers.recurrent",
    "LayerNormalization": "layers.normalization",
    "LeakyReLU": "layers.activations",
    "LSTM": "layers.recurrent",
    "Masking": "layers.core",
    "MaxPooling1D": "layers.convolution",
    "MultiHeadAttention": "layers.attention",
    "Permute": "layers.reshaping",
    "ReLU": "layers.activations",
    "RepeatVector": "layers.reshaping",
    "Reshape": "layers.reshaping",
    "SimpleRNN": "layers.recurrent",
    "Softmax": "layers.activations",
    "SpatialDropout1D": "layers.core",
    "TimeDistributed": "layers.core",
    "UpSampling1D": "layers.reshaping",
    "ZeroPadding1D": "layers.reshaping",
    # Adding a layer of your own
    "Layer": "layers.layer",
    "add_layer": "layers",
    # Computed numbers
    "run_model": "numbers.run",
    "ModelTrace": "numbers.run",
    "Trace": "layers.layer",
    "RecurrentTrace": "layers.recurrent",
    "LSTMTrace": "layers.recurrent",
    "weights_for": "numbers.weights",
    "weights_from": "numbers.weights",
    "weights_of": "numbers.weights",
    "readable_weights": "numbers.weights",
    "initial_weights": "numbers.weights",
    "Initializer": "layers.initializers",
    "Weights": "arrays",
    # Turning words into numbers, and numbers that are only illustrative
    "embed": "numbers.embedding",
    "illustrative": "numbers",
    # Text that can be translated
    "gettext": "i18n",
    "ngettext": "i18n",
    # Views: pictures of a model, of words or of numbers
    "attention": "views.attention",
    "cell": "views.cell",
    "convolution": "views.convolution",
    "formulation": "views.formulation",
    "gradient": "views.gradient",
    "heads": "views.heads",
    "logits": "views.logits",
    "lookup": "views.lookup",
    "model_shapes": "views.model_shapes",
    "network": "views.network",
    "positions": "views.positions",
    "reading": "views.reading",
    "reset": "views.cell",
    "rolled": "views.rolled",
    "sentence": "views.text",
    "space": "views.space",
    "table": "views.lookup",
    "tensor": "views.tensor",
    "tokens": "views.text",
    "transformer": "views.transformer",
    "unroll": "views.unroll",
    # Building blocks for any diagram
    "cells": "floor.words",
    "block": "floor.words",
    "word": "floor.words",
    "key": "floor.words",
    "label": "floor.words",
    "operator": "floor.words",
    "curves": "floor.words",
    "dots": "floor.words",
    "arrow": "floor.words",
    # Arranging building blocks, and connecting them with arrows
    "row": "floor.words",
    "beside": "floor.words",
    "above": "floor.words",
    "chain": "floor.words",
    "link": "floor.words",
    # What these return, what a script returns, and the errors it can raise
    "Thing": "floor.words",
    "Picture": "picture",
    "KitError": "errors",
    "CodeError": "errors",
    "NumbersError": "errors",
    "PictureError": "errors",
}

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
