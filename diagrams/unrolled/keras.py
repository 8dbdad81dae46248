"""Keras code to layers, each argument with its place in the text; nothing is executed."""

import ast
from typing import Any

from .arguments import option, shape
from .errors import CodeError
from .keras_calls import DRAWN, keras_calls
from .layers.simple_rnn import SimpleRNN
from .model import Call, Model
from .one_line import one_line
from .signatures import INPUTS, signature_of
from .source import Source, parse


def read_keras(code: str) -> Model:
    """Read a model from a code block; what cannot be read is a `CodeError` that knows its line."""
    source = parse(code)
    layer_call, input_call = _layer_and_input(source)
    layer, call = _read_layer(source, *layer_call)
    calls = (call,) if input_call is None else (call, _read_input(source, *input_call))
    shapes = [said for each in calls if (said := _shape_said_by(each))]
    if not shapes:
        raise source.error(
            f"the code does not say what goes in: put Input((time_steps, features)) before {layer.name_in_code}, "
            "or input_shape=(time_steps, features) into it",
            layer_call[1],
        )
    if len(set(shapes)) > 1:
        raise source.error(f"the input is {shapes[0]} here and {shapes[1]} in Input: leave one out", layer_call[1])
    time_steps, features = shapes[0]
    return Model((layer,), tuple(each for each in calls if each.arguments), time_steps, features, code)


def _layer_and_input(source: Source) -> tuple[tuple[str, ast.Call], tuple[str, ast.Call] | None]:
    found = keras_calls(source)
    layers = [(name, call) for name, call in found if name in DRAWN]
    inputs = [(name, call) for name, call in found if name in INPUTS]
    if not layers:
        raise CodeError(
            f"the code holds no layer that can be drawn; drawn are: {', '.join(DRAWN)}", block=source.code, lineno=1
        )
    if len(layers) > 1:
        raise source.error(f"one recurrent layer is drawn today, and the code has {len(layers)}", layers[1][1])
    if len(inputs) > 1:
        raise source.error(f"one input is drawn today, and the code has {len(inputs)}", inputs[1][1])
    return layers[0], inputs[0] if inputs else None


def _read_layer(source: Source, name: str, call: ast.Call) -> tuple[SimpleRNN, Call]:
    bound = signature_of(DRAWN[name]).bind(source, call)
    if "units" not in bound:
        raise source.error(f"{name} needs its units, a whole number: {name}(4, …)", call)
    line = one_line(source, call)
    options = [option(source, line, each, node) for each, node in bound.items() if each != "input_shape"]
    shapes = shape(source, line, "input_shape", bound["input_shape"]) if "input_shape" in bound else ()
    fields: dict[str, Any] = {each.name: each.value for each in options}
    return DRAWN[name](**fields), Call(line.text, (*options, *shapes))


def _read_input(source: Source, name: str, call: ast.Call) -> Call:
    line = one_line(source, call)
    bound = INPUTS[name].bind(source, call)
    shapes = [shape(source, line, each, node) for each, node in bound.items()]
    return Call(line.text, shapes[0] if shapes else ())


def _shape_said_by(call: Call) -> tuple[int, int] | None:
    numbers = {found.name: found.value for found in call.arguments}
    match numbers.get("time_steps"), numbers.get("features"):
        case int() as time_steps, int() as features:
            return time_steps, features
    return None
