"""What does not fit together in a code block, answered as a good teacher would: what Keras says, and what to write."""

import ast
from collections.abc import Sequence

from .arrays import OpenShape
from .errors import CodeError, NumbersError
from .keras_layers import Made
from .layers.layer import Layer, ShapeError
from .layers.recurrent import Recurrent
from .model import Node
from .source import Source

SEQUENCE_READERS = ("SimpleRNN", "GRU", "LSTM", "Bidirectional", "Masking", "TimeDistributed")


def checked_shapes(
    source: Source, made: Made, given: OpenShape, before: Node | None, opening: ast.Call
) -> tuple[OpenShape, ...]:
    """Tell what a layer returns for what it is given; say what is wrong where that does not fit."""
    try:
        return made.layer.output_shapes(given)
    except ShapeError as error:
        raise _misfit(source, made, given, before, opening, error) from error
    except NumbersError as error:
        raise source.error(str(error), made.node) from error


def _misfit(
    source: Source, made: Made, given: OpenShape, before: Node | None, opening: ast.Call, error: ShapeError
) -> CodeError:
    name = made.layer.name_in_code
    keras = f"Keras: expected ndim={error.ndim}, found ndim={len(given) + 1}"
    if name == "TimeDistributed":
        keras = "Keras: should be passed an `input_shape` with at least 3 dimensions"
    if error.ndim == 3 and len(given) == 1 and before is not None:
        return _last_step_only(source, made, before, keras)
    if error.ndim == 3 and len(given) == 1:
        return source.error(
            f"{name} reads a vector at each time step, and the input is a single row of {given[0]} ({keras}): write "
            f"Input((time_steps, {given[0]})), or put an Embedding before it if the row holds the indices of words",
            opening,
        )
    if error.ndim == 3:
        return source.error(
            f"{name} reads a vector at each time step, and what goes in has one axis too many, {given} ({keras}): "
            "an Embedding takes one number a step, so its input is Input((time_steps,))",
            opening,
        )
    return source.error(
        f"{name} takes one vector, and what goes in is a sequence, {given} ({keras}): let the layer before it return "
        "its last step only, without return_sequences=True",
        made.node,
    )


def _last_step_only(source: Source, made: Made, before: Node, keras: str) -> CodeError:
    """Answer a stack whose lower layer keeps its steps to itself."""
    name, call = made.layer.name_in_code, before.calls[0]
    inner = getattr(before.layer, "layer", before.layer)
    if isinstance(inner, Recurrent) and not inner.return_sequences:
        return CodeError(
            f"{name} in line {made.node.lineno} reads a vector at each time step, and {call.text} hands on its last "
            f"one only ({keras}): write return_sequences=True into it",
            block=source.code,
            lineno=call.lineno,
        )
    return source.error(
        f"{name} reads a vector at each time step, and {call.text} hands on a single one ({keras}): put "
        "RepeatVector(time_steps) between them, or let a layer that keeps the steps come before it",
        made.node,
    )


def check_batch(source: Source, made: Made, batch: int | None) -> None:
    """Check that a layer which keeps its state knows how many samples a batch has."""
    if batch is None:
        raise source.error(
            f"{made.layer.name_in_code} with stateful=True keeps a state for each sample of a batch, and the code does "
            "not say how many these are (Keras: the batch size must be static): write Input((3, 2), batch_size=1)",
            made.node,
        )


def check_states(source: Source, made: Made, node: ast.expr, shapes: Sequence[OpenShape]) -> None:
    """Check that a layer is given the states that it begins with."""
    layer = made.layer
    inner = getattr(layer, "layer", layer)
    if not isinstance(inner, Recurrent):
        raise source.error(f"{layer.name_in_code} has no state: leave initial_state out", node)
    wanted = list(inner.state_names) if inner is layer else [*inner.state_names, *inner.state_names]
    listed = ", ".join(wanted)
    if len(shapes) != len(wanted):
        both = ", those of the forward layer first" if inner is not layer else ""
        raise source.error(
            f"{layer.name_in_code} begins with {len(wanted)} {'states' if len(wanted) > 1 else 'state'}{both}, and "
            f"{len(shapes)} {'are' if len(shapes) > 1 else 'is'} given: write initial_state=[{listed}]"
            " (Keras fails only when numbers come in)",
            node,
        )
    for shape in shapes:
        if shape != (inner.units,):
            raise source.error(
                f"a state of {layer.name_in_code} holds {inner.units} numbers, and one of the shape {shape} is given: "
                "give both layers the same units (Keras fails only when numbers come in)",
                node,
            )


def unpacked(layer: Layer | None, names: int, count: int) -> str:
    """Say why what a layer returns does not fit the names that stand for it."""
    if isinstance(layer, Recurrent) and not layer.return_state:
        return (
            f"{names} names stand here for what {layer.name_in_code} returns, and it returns its output only: "
            "write return_state=True to get its states as well"
        )
    states = f": its output, then {' and '.join(layer.state_names)}" if isinstance(layer, Recurrent) else ""
    few = "too many" if count > names else "not enough"
    return (
        f"{names} names stand here for {count} things{states}; write {count} names, with _ for what is not used "
        f"(Python: {few} values to unpack)"
    )


def no_tensor(made: Made, text: str, many: int | None) -> str:
    """Say why something cannot go into a layer: it is many things, or nothing that is known."""
    name = made.layer.name_in_code
    if many is not None:
        return (
            f"{name} is given {many} things, `{text}` (Keras: expects 1 input(s), but it received {many} input "
            "tensors): name the one that it reads, and give states as initial_state=[…]"
        )
    return f"`{text}` goes into {name}, and what it is cannot be read here: begin with Input((time_steps, features))"
