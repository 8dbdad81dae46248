"""The calls of Keras in a code block: the layers that it stacks, and its input."""

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from .bindings import walk
from .layers.simple_rnn import SimpleRNN
from .signatures import INPUTS
from .source import Source

DRAWN = {"SimpleRNN": SimpleRNN}
# Layers of Keras that a guide to sequences may use: known by name, so that the message can say "not yet".
NOT_YET = {"LSTM", "GRU", "RNN", "ConvLSTM1D", "Bidirectional", "TimeDistributed", "Masking", "StackedRNNCells"}
NOT_YET |= {"LSTMCell", "GRUCell", "SimpleRNNCell", "Embedding", "TextVectorization", "Dense", "Dropout", "Activation"}
NOT_YET |= {"Attention", "MultiHeadAttention", "BatchNormalization", "LayerNormalization", "Concatenate", "Lambda"}
NOT_YET |= {"Flatten", "Reshape", "RepeatVector", "SpatialDropout1D", "Conv1D", "Conv2D", "MaxPooling1D"}
NOT_YET |= {"AveragePooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D"}
KNOWN = {*DRAWN, *NOT_YET, *INPUTS}
MODULES = {"", "keras", "keras.layers", "keras.models", "layers", "models", "tf.keras", "tf.keras.layers"}
MODULES |= {"tensorflow.keras", "tensorflow.keras.layers", "tf.keras.models", "tensorflow.keras.models"}


def keras_calls(source: Source) -> list[tuple[str, ast.Call]]:
    """List the calls that make layers and inputs, by Keras's names, in the order of the text."""
    places = {id(node) for node in ast.walk(source.tree) for node in _stacked(source, node)}
    found = []
    for node, around in walk(source.tree):
        if isinstance(node, ast.Call) and (name := _layer_name(source, node, stacked=id(node) in places)):
            if around.branch:
                raise source.error(
                    f"`{name}` stands inside `{around.branch}`, and how often that runs cannot be read: write it out",
                    node,
                )
            found.append((name, node))
    return found


def _keras_name(source: Source, call: ast.Call) -> str | None:
    module, _, name = (source.full_name(call.func) or "").rpartition(".")
    return name if name and module in MODULES else None


def _stacked(source: Source, node: ast.AST) -> Iterator[ast.expr]:
    """Yield what must be a layer: a call inside `model.add(…)` and in the list of `Sequential([…])`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name() as model, attr="add"), args=[ast.Call() as layer]):
            binding = source.binding(model, before=(node.lineno, node.col_offset))
            if binding is None or (isinstance(binding.value, ast.Call) and _is_sequential(source, binding.value)):
                yield layer
        case ast.Call(args=[layers, *_]) if _is_sequential(source, node):
            match layers:
                case ast.List(elts=elements) | ast.Tuple(elts=elements):
                    yield from elements
                case _ if not isinstance(layers, ast.Name):
                    raise source.error(
                        f"the layers `{source.written(layers)}` cannot be read without running the code: "
                        "write them out, Sequential([…])",
                        layers,
                    )


def _is_sequential(source: Source, call: ast.Call) -> bool:
    return _keras_name(source, call) == "Sequential"


def _layer_name(source: Source, call: ast.Call, stacked: bool) -> str | None:
    """Name the layer that a call makes; None for a call of another kind, but for what looks like a slip."""
    name = _keras_name(source, call)
    if name in NOT_YET:
        raise source.error(f"`{name}` is not drawn yet; drawn are: {', '.join(DRAWN)}", call)
    if name in KNOWN:
        return name
    if name == "Sequential":
        return None
    known = {each.lower(): each for each in [*sorted(KNOWN), "Sequential"]}
    near = get_close_matches((name or "").lower(), known, n=1, cutoff=0.6 if stacked else 0.8)
    if stacked or near:
        meant = f"did you mean {known[near[0]]}?" if near else f"drawn are: {', '.join(DRAWN)}"
        raise source.error(f"`{source.written(call.func)}` is no layer of Keras that is known here: {meant}", call)
    return None
