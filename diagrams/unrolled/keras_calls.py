"""The calls of Keras in a code block, by Keras's names."""

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from .arguments import flag, text
from .bindings import walk
from .keras_signatures import DEFAULTS, INPUTS, MODELS
from .source import Source

READ = tuple(DEFAULTS)
# Layers of Keras that a guide to sequences may use: known by name, so that the message can say "not yet".
NOT_YET = {"RNN", "ConvLSTM1D", "StackedRNNCells", "LSTMCell", "GRUCell", "SimpleRNNCell", "TextVectorization"}
NOT_YET |= {"Attention", "MultiHeadAttention", "BatchNormalization", "LayerNormalization", "Concatenate", "Lambda"}
NOT_YET |= {"Reshape", "SpatialDropout1D", "Conv1D", "Conv2D", "MaxPooling1D", "AdditiveAttention", "Add", "Dot"}
NOT_YET |= {"AveragePooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D", "GaussianNoise", "LeakyReLU"}
KNOWN = {*READ, *NOT_YET, *INPUTS}
MODULES = {"", "keras", "keras.layers", "keras.models", "layers", "models", "tf.keras", "tf.keras.layers"}
MODULES |= {"tensorflow.keras", "tensorflow.keras.layers", "tf.keras.models", "tensorflow.keras.models"}
TORCH = {"RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Linear", "Embedding"}


def keras_calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls that make layers and inputs, by Keras's names, in the order of the text."""
    places = {id(node) for node in ast.walk(source.tree) for node in _stacked(source, node)}
    for node, around in walk(source.tree):
        if isinstance(node, ast.Call) and (name := _layer_name(source, node, stacked=id(node) in places)):
            if around.branch:
                raise source.error(
                    f"`{name}` stands inside `{around.branch}`, and how often that runs cannot be read: write it out",
                    node,
                )
            yield name, node


def keras_name(source: Source, call: ast.Call) -> str | None:
    """Give Keras's name of what is called; None for anything else."""
    module, _, name = (source.full_name(call.func) or "").rpartition(".")
    return name if name and module in MODULES and not _is_set_here(source, call) else None


def model_arguments(source: Source, call: ast.Call) -> dict[str, ast.expr]:
    """Pair what a call of Sequential or Model is given with its names, as Keras takes it."""
    bound = MODELS[keras_name(source, call) or ""].bind(source, call)
    if "trainable" in bound:
        flag(source, "trainable", bound["trainable"])
    if "name" in bound and "/" in (text(source, "name", bound["name"]) or ""):
        raise source.error(f"a name holds no `/` in Keras, and {source.written(bound['name'])} does", bound["name"])
    return bound


def _is_set_here(source: Source, call: ast.Call) -> bool:
    """Tell whether the block itself gives the name a value: `lstm = LSTM(4)` makes `lstm(x)` no slip."""
    match call.func:
        case ast.Name() as name:
            return source.binding(name, source.before(call)) is not None
        case ast.Attribute(value=ast.Name() as owner):
            return source.binding(owner, source.before(call)) is not None
    return False


def _stacked(source: Source, node: ast.AST) -> Iterator[ast.expr]:
    """Yield what must be a layer: a call inside `model.add(…)` and in the list of `Sequential([…])`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name() as model, attr="add"), args=[ast.Call() as layer]):
            binding = source.binding(model, source.before(node))
            if binding is None or (
                isinstance(binding.value, ast.Call) and keras_name(source, binding.value) == "Sequential"
            ):
                yield layer
        case ast.Call(args=[ast.List(elts=elements) | ast.Tuple(elts=elements), *_]) if (
            keras_name(source, node) == "Sequential"
        ):
            yield from elements


def _layer_name(source: Source, call: ast.Call, stacked: bool) -> str | None:
    """Name the layer that a call makes; None for a call of another kind, but for what looks like a slip."""
    name = keras_name(source, call)
    if name in NOT_YET:
        raise source.error(f"`{name}` is not read yet; read are: {', '.join(READ)}", call)
    if name in KNOWN:
        return name
    if name in MODELS:
        return None
    _refuse_torch(source, call)
    known = {each.lower(): each for each in [*sorted(KNOWN), "Sequential"]}
    near = get_close_matches((name or "").lower(), known, n=1, cutoff=0.6 if stacked else 0.8)
    if (stacked and name is not None) or near or (stacked and not isinstance(call.func, ast.Name | ast.Attribute)):
        meant = f"did you mean {known[near[0]]}?" if near else f"read are: {', '.join(READ)}"
        raise source.error(f"`{source.written(call.func)}` is no layer of Keras that is known here: {meant}", call)
    return None


def _refuse_torch(source: Source, call: ast.Call) -> None:
    module, _, name = (source.full_name(call.func) or "").rpartition(".")
    if module in ("nn", "torch.nn") and name in TORCH:
        raise source.error(
            f"PyTorch's `{source.written(call.func)}` is not read yet: say the layer in the script, "
            "such as stack(LSTM(4), shape=(3, 2))",
            call,
        )
