"""Stand-ins for models: functional, subclassed and sequential."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import OpenShape
from ..errors import CodeError
from ..model import MaskOf
from .graph import Application, GraphLayer, Mask, Operation, Placeholder, Value
from .layers import (
    DROPS_AT_RANDOM,
    LayerStandIn,
    as_tensors,
    call_own,
    drops,
    flat,
    flowing,
    forget_state,
    given_masks,
    is_training,
    layers_inside,
    stand_in_of,
    track,
)
from .options import RecordedLayer, RecordedWeight
from .places import Site
from .recording import Recording, current
from .signatures import MODEL, SEQUENTIAL, BoundCall
from .tensors import KerasTensor
from .unknown import (
    find_unknown,
    holds_unknown,
    is_a,
    is_unknown,
    label,
    text_of,
    unknown,
    unknown_of,
    why_unknown,
)

INERT = (
    "compile",
    "summary",
    "save",
    "save_weights",
    "load_weights",
    "load_own_variables",
    "export",
    "reset_states",
    "reset_state",
)


TRAINING = (
    *("fit", "evaluate", "predict", "predict_on_batch", "train_on_batch", "test_on_batch", "train_step"),
    *("fit_generator", "evaluate_generator", "predict_generator", "predict_classes", "predict_proba"),  # older Keras
)


LEARNING = ("fit", "train_on_batch", "fit_generator", "load_weights", "train_step", "load_own_variables")
"""Methods that change a model's weights in unknown ways."""


class ModelStandIn(LayerStandIn):
    """A functional, subclassed or sequential model."""

    _kind = "Model"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        keras = current()
        site = keras.site(sys._getframe(1))
        self._unrolled_begin(site)
        if args or "inputs" in kwargs or "outputs" in kwargs:
            self._unrolled_between(site, args, kwargs)
        elif type(self) is keras.classes["Model"]:
            raise site.error("Model needs its inputs and outputs: Model(inputs, outputs)")
        else:
            name = kwargs.get("name")
            if is_a(name, str):
                self._unrolled.name = name
        keras.touch(self)

    def _unrolled_begin(self, site: Site) -> None:
        keras = current()
        record = RecordedLayer("Model", BoundCall(site, type(self).__name__, {}), keras.name(type(self).__name__))
        object.__setattr__(self, "_unrolled", record)
        object.__setattr__(self, "_unrolled_inputs", [])
        object.__setattr__(self, "_unrolled_outputs", None)
        object.__setattr__(self, "_unrolled_is_functional", False)
        for value in self.__dict__.copy().values():  # set before super().__init__()
            track(keras, record, value)

    def _unrolled_between(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        keras = current()
        bound = MODEL.bind(site, args, {key: value for key, value in kwargs.items() if key in MODEL.defaults})
        _check_named(bound)
        if is_a(bound.values.get("name"), str):
            self._unrolled.name = bound.values["name"]
        inputs = [_end(keras, bound, "inputs", value) for value in flat(bound.values["inputs"])]
        outputs = [_end(keras, bound, "outputs", value) for value in flat(bound.values["outputs"])]
        operations, missing = keras.graph.dependencies(
            [tensor._unrolled for tensor in outputs], [tensor._unrolled for tensor in inputs]
        )
        if missing:
            where = keras.named(missing[0])
            raise bound.error(
                "inputs",
                f"the outputs also depend on `{where}`, which isn't among the model's inputs (Keras: is not "
                "connected to `inputs`): add it to them",
            )
        object.__setattr__(self, "_unrolled_inputs", inputs)
        object.__setattr__(self, "_unrolled_outputs", bound.values["outputs"])
        self._unrolled_between_ends()
        names: dict[str, GraphLayer] = {}
        for operation in operations:
            if is_a(operation.layer, RecordedWeight):
                continue  # its name is that of the layer it belongs to
            namesake = names.setdefault(operation.layer.name, operation.layer)
            if namesake is not operation.layer:
                raise site.error(
                    f"the name {operation.layer.name!r} is used twice in this model, which Keras doesn't allow: choose "
                    "another"
                )

    def _unrolled_between_ends(self) -> None:
        """Track the layers between the ends, as Keras does."""
        object.__setattr__(self, "_unrolled_is_functional", True)
        self._unrolled.is_built = True
        track(current(), self._unrolled, [layer for layer in _between(self) if not is_a(layer, _InputLayer)])

    def _unrolled_is_uncalled(self) -> bool:
        """Return whether the code never says what goes in."""
        return self.__dict__.get("_unrolled_outputs") is None and "_unrolled_unread" not in self.__dict__

    def _unrolled_reads(self) -> OpenShape | None:
        """Return the shape of a sample if it follows from the layers alone."""
        return None

    def _unrolled_ends(self) -> tuple[list[Value], list[Value]]:
        """Return the model's inputs and outputs. Raises CodeError if they aren't known."""
        unread = self.__dict__.get("_unrolled_unread")
        if self._unrolled_outputs is None and unread is not None:
            self._unrolled_refuse(*unread)
        if self._unrolled_outputs is None:
            raise self._unrolled.bound.site.error(
                f"the code doesn't say what goes into {self._unrolled.bound.name}: call it on an Input, give the "
                "shape, build((None, time_steps, features)), or give that of one sample on the image: "
                '{input="(3, 2)"}'
            )
        flowing = [tensor._unrolled for tensor in flat(self._unrolled_outputs)]
        return [tensor._unrolled for tensor in self._unrolled_inputs], flowing

    def _unrolled_apply(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        keras = current()
        keras.graph.depth += 1
        try:
            return self._unrolled_call(site, args, kwargs)
        finally:
            keras.graph.depth -= 1

    def _unrolled_call(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        keras = current()
        if not args and "inputs" in kwargs:
            args = (kwargs["inputs"],)
        if not args:
            raise site.error(f"{self._unrolled.name} is called without an input: model(x)")
        if is_training(kwargs) and drops(self):
            keras.session.stop(DROPS_AT_RANDOM.format(self._unrolled.name), site)
        if type(self).call is not LayerStandIn.call and type(self).call is not ModelStandIn.call:
            inputs = as_tensors(keras, args[0], site, self._unrolled.name)
            more = {
                name: value
                for name, value in kwargs.items()
                if name != "inputs" and (name != "training" or value is not None)
            }
            self._unrolled_build_own(inputs)
            forget_state(self)
            result = call_own(keras, self, (inputs, *args[1:]), more, site)
            problem = find_unknown(result)
            object.__setattr__(self, "_unrolled_unread", None if problem is None else (problem, site))
            if self._unrolled_outputs is None and problem is None:
                object.__setattr__(
                    self, "_unrolled_inputs", [tensor for tensor in flat(inputs) if is_a(tensor, KerasTensor)]
                )
                object.__setattr__(self, "_unrolled_outputs", result)
                keras.touch(self)
            return result
        self._unrolled_infer_input(args[0], site)
        inputs = as_tensors(keras, args[0], site, self._unrolled.name)
        is_alone = len(args) == 1 and not kwargs and is_a(inputs, KerasTensor)
        masks = keras.graph.noted(inputs._unrolled) if is_alone else None
        if kwargs.get("mask") is not None:
            masks = given_masks(keras, self, kwargs["mask"], site)
        return self._unrolled_reapply(inputs, site, masks)

    def _unrolled_infer_input(self, inputs: Any, site: Site) -> None:
        """Infer the input from what the model is called on, unless the code gives it."""

    def _unrolled_reapply(self, inputs: Any, site: Site, masks: tuple[Mask, ...] | None) -> Any:
        """Apply the model's layers to another input, whose masks the call may give."""
        keras = current()
        placeholders, outputs = self._unrolled_ends()
        values = (
            [*inputs.values()]
            if is_a(inputs, dict)
            else list(inputs)
            if is_a(inputs, list | tuple) and len(placeholders) > 1
            else [inputs]
        )
        if len(values) != len(placeholders):
            raise site.error(f"{self._unrolled.name} takes {len(placeholders)} inputs, but {len(values)} are given")
        tensors = [keras.tensor(value, site, self._unrolled.name) for value in values]
        for placeholder, tensor in zip(placeholders, tensors, strict=True):
            if not _fits(placeholder.shape, tensor._unrolled.shape):
                raise site.error(
                    f"{self._unrolled.name} was built for {placeholder.shape}, but {tensor._unrolled.shape} goes in "
                    "here"
                )
        by_key: dict[tuple[int, int], KerasTensor] = {
            placeholder.key: tensor for placeholder, tensor in zip(placeholders, tensors, strict=True)
        }
        operations, _ = keras.graph.dependencies(outputs, placeholders)
        with keras.graph.application(self, flowing(tensors), is_graph=True) as application:
            application.first, application.masks = tuple(flowing(tensors)), masks
            _repeat(keras, operations, by_key, site, tensors[0]._batch)
            result = _rebuilt(self._unrolled_outputs, by_key)
            application.returned = tuple(flowing(result))
        return result

    def _unrolled_clone(self) -> Any:
        keras = current()
        site = keras.session.site()
        return _cloned(keras, self, site)

    def build(self, input_shape: Any = None, *args: Any, **kwargs: Any) -> None:
        """Build the model for a shape, with the batch axis first."""
        keras = current()
        site = keras.site(sys._getframe(1))
        if self._unrolled_outputs is not None or input_shape is None or self._unrolled.is_building:
            return
        if holds_unknown(input_shape):
            keras.session.stop(
                why_unknown(find_unknown(input_shape) or input_shape, "the shape to build for isn't known here"), site
            )
        many = bool(input_shape) and is_a(input_shape[0], list | tuple)
        shapes = input_shape if many else [input_shape]
        tensors = [KerasTensor(Value(Placeholder(tuple(shape[1:]), shape[0], site)), shape[0]) for shape in shapes]
        self._unrolled_apply(site, (tensors if many else tensors[0],), {})

    @property
    def layers(self) -> list[Any]:
        """The layers, in Keras's order."""
        return _layers_of(self)

    @property
    def inputs(self) -> list[Any]:
        """The model's inputs."""
        return list(self._unrolled_inputs)

    @property
    def outputs(self) -> list[Any]:
        """The model's outputs."""
        self._unrolled_ends()
        return list(flat(self._unrolled_outputs))

    @property
    def input(self) -> Any:
        """The model's input."""
        self._unrolled_ends()
        return self._unrolled_inputs[0] if len(self._unrolled_inputs) == 1 else list(self._unrolled_inputs)

    @property
    def output(self) -> Any:
        """The model's output."""
        self._unrolled_ends()
        return self._unrolled_outputs

    @property
    def input_shape(self) -> Any:
        """The input shape, with the batch axis first."""
        self._unrolled_ends()
        shapes = [tensor.shape for tensor in self._unrolled_inputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output_shape(self) -> Any:
        """The output shape, with the batch axis first."""
        self._unrolled_ends()
        shapes = [tensor.shape for tensor in flat(self._unrolled_outputs)]
        return shapes[0] if len(shapes) == 1 else shapes

    def get_layer(self, name: Any = None, index: Any = None) -> Any:
        """Find a layer by name or index."""
        if is_unknown(name) or is_unknown(index):
            return unknown_of(f"{self._unrolled.name}.get_layer(…)", name, index)
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise (
            current()
            .site(sys._getframe(1))
            .error(f"the model has no layer {name!r}; it has {', '.join(candidate.name for candidate in self.layers)}")
        )

    def count_params(self) -> Any:
        """Count the weights."""
        if self._unrolled_outputs is None:
            return unknown(f"{self._unrolled.name}.count_params()", "isn't known before it is built")
        return super().count_params()

    def set_weights(self, weights: Any) -> None:
        """Distribute the arrays among the layers, in Keras's order, if their numbers are known."""
        super().set_weights(None if self._unrolled_outputs is None else weights)

    def get_config(self) -> dict[str, Any]:
        """Return a configuration from which an identical model can be created."""
        return {"name": self._unrolled.name, " model": self}

    @classmethod
    def from_config(cls, config: Any) -> Any:
        """Create a model from a configuration."""
        if is_a(config, dict) and " model" in config:
            return config[" model"]._unrolled_clone()
        return unknown(f"{cls.__name__}.from_config(…)", "isn't known here")

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs."""
        site = current().site(sys._getframe(1))
        self._unrolled_infer_input(args[0], site)
        return self._unrolled_reapply(args[0], site, tuple(None for _ in self._unrolled_inputs))


def _of_training(name: str) -> Callable[..., Any]:
    """Create a method that trains, saves or inspects the model, none of which a figure shows."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "quantize":
            current().session.stop("quantize rounds the weights, but a figure shows them unrounded: leave it out")
        if name == "summary" and kwargs.get("print_fn") is not None:
            _print(kwargs["print_fn"], unknown("the summary", "isn't made here"))
        if name in TRAINING:
            _build_on(self, args, kwargs)
        if name in LEARNING:
            self.set_weights(None)
        result = unknown(f"{self._unrolled.name}.{name}(…)", "isn't run here")
        return None if name in INERT else result

    method.__name__ = name
    return method


def _print(print_fn: Any, text: Any) -> None:
    """Pass a text to the article's function, as Keras's `summary` does."""
    try:
        print_fn(text, line_break=False)
    except TypeError:
        print_fn(text)


for method in (*INERT, *TRAINING, "quantize"):
    setattr(ModelStandIn, method, _of_training(method))


class SequentialStandIn(ModelStandIn):
    """A linear stack of layers."""

    @property
    def input(self) -> Any:
        """The input of the last call; Keras 3 has no other."""
        raise _never_called(self, "input")

    @property
    def output(self) -> Any:
        """The output of the last call."""
        raise _never_called(self, "output")

    _kind = "Sequential"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        keras = current()
        site = keras.site(sys._getframe(1))
        self._unrolled_begin(site)
        bound = SEQUENTIAL.bind(site, args, kwargs)
        _check_named(bound)
        if is_a(bound.values.get("name"), str):
            self._unrolled.name = bound.values["name"]
        self._unrolled.bound = bound
        object.__setattr__(self, "_unrolled_layers", [])
        object.__setattr__(self, "_unrolled_tensors", [])
        keras.touch(self)
        layers = bound.values.get("layers")
        if is_unknown(layers):
            keras.session.stop(
                why_unknown(layers, f"can't tell which layers `{label(layers)}` holds"), bound.at("layers")
            )
        keras.graph.depth += 1
        try:
            for layer in layers or ():
                self._unrolled_add(layer, bound.at("layers"))
        finally:
            keras.graph.depth -= 1

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Add a layer on top."""
        keras = current()
        keras.check_own(self)
        keras.graph.depth += 1
        try:
            self._unrolled_add(layer, keras.site(sys._getframe(1)))
        finally:
            keras.graph.depth -= 1
        self._unrolled_change(keras)

    def _unrolled_change(self, keras: Recording) -> None:
        """Note that a layer was added or removed."""
        object.__setattr__(self, "_unrolled_changed", (len(keras.graph.operations), keras.session.site()))
        keras.touch(self)

    def _unrolled_add(self, layer: Any, site: Site) -> None:
        keras = current()
        if is_unknown(layer):
            keras.session.stop(why_unknown(layer, f"can't tell which layer `{label(layer)}` is"), site)
        layers, tensors = self._unrolled_layers, self._unrolled_tensors
        if is_a(layer, KerasTensor) and is_a(layer._unrolled.source, Placeholder):
            if self._unrolled_inputs:
                raise layer._unrolled.source.site.error("a Sequential has one input, but the code has 2")
            if layers:
                raise site.error("Input goes before the layers of a Sequential: put it first")
            object.__setattr__(self, "_unrolled_inputs", [layer])
            tensors.append(layer)
            return
        if not keras.is_layer(layer):
            raise site.error(_no_layer(keras, layer))
        if any(earlier is not layer and earlier.name == layer.name for earlier in layers):
            raise layer._unrolled.bound.site.error(
                f"the name {layer.name!r} is used twice in this model, which Keras doesn't allow: choose another"
            )
        if not layers and not self._unrolled_inputs:
            self._unrolled_first(keras, layer, site)
        elif not layers:
            self._unrolled_agree(keras, layer)
        layers.append(layer)
        if self._unrolled_inputs:
            self._unrolled_grow(site)

    def _unrolled_first(self, keras: Recording, layer: Any, site: Site) -> None:
        """Let the first layer set the input shape, if it has one."""
        if keras.is_model(layer):
            if layer._unrolled_outputs is not None and len(layer._unrolled_inputs) == 1:
                source = layer._unrolled_inputs[0]._unrolled.source
                object.__setattr__(self, "_unrolled_inputs", [KerasTensor(Value(_as_placeholder(source)), None)])
            return
        placeholder = _placeholder_of(keras, layer._unrolled)
        if placeholder is not None:
            object.__setattr__(self, "_unrolled_inputs", [KerasTensor(Value(placeholder), None)])

    def _unrolled_agree(self, keras: Recording, layer: Any) -> None:
        bound = None if keras.is_model(layer) else _placeholder_of(keras, layer._unrolled)
        entry = self._unrolled_inputs[0]._unrolled.source
        if bound is not None and bound.shape != entry.shape:
            raise bound.site.error(f"the input is {bound.shape} here but {entry.shape} in Input: leave one out")

    def _unrolled_grow(self, site: Site) -> None:
        """Apply newly added layers. One that didn't fit stays, and fails again, as in Keras."""
        layers, tensors = self._unrolled_layers, self._unrolled_tensors
        if not tensors:
            tensors.append(self._unrolled_inputs[0])
        object.__setattr__(self, "_unrolled_outputs", None)
        graph = current().graph
        around, graph.applications = graph.applications, []  # its layers are applied by themselves first
        try:
            while len(tensors) <= len(layers):
                below, layer = tensors[-1], layers[len(tensors) - 1]
                if is_a(below, tuple):
                    raise _several(below, layer)
                tensors.append(layer._unrolled_apply(site, (below,), {}))
        finally:
            graph.applications = around
        object.__setattr__(self, "_unrolled_outputs", tensors[-1] if layers else None)

    def _unrolled_infer_input(self, inputs: Any, site: Site) -> None:
        keras = current()
        if self._unrolled_inputs or not self._unrolled_layers:
            return
        tensor = keras.tensor(inputs, site, self._unrolled.name)
        source = tensor._unrolled.source
        entry = (
            _as_placeholder(source)
            if is_a(source, Placeholder)
            else Placeholder(tensor._unrolled.shape, tensor._batch, site)
        )
        object.__setattr__(self, "_unrolled_inputs", [KerasTensor(Value(entry), tensor._batch)])
        self._unrolled_grow(site)

    def _unrolled_is_uncalled(self) -> bool:
        return bool(self._unrolled_layers) and not self._unrolled_inputs

    def _unrolled_reads(self) -> OpenShape | None:
        """An Embedding reads indices, any number of them; of features, the code has to say how many."""
        first = self._unrolled_layers[0]
        if is_a(first, SequentialStandIn):
            return first._unrolled_reads() if first._unrolled_layers else None
        return (None,) if first._unrolled.kind == "Embedding" else None

    def _unrolled_ends(self) -> tuple[list[Value], list[Value]]:
        if not self._unrolled_layers:
            current().check_own(self)
            raise self._unrolled.bound.site.error("the model has no layers")
        if not self._unrolled_inputs:
            first = self._unrolled_layers[0]
            name = first._unrolled.bound.name
            raise first._unrolled.bound.site.error(
                f"the code doesn't say what goes in: put Input((time_steps, features)) before {name}, add "
                'input_shape=(time_steps, features) to it, or give the shape on the image: {input="(3, 2)"}'
            )
        self._unrolled_grow(self._unrolled.bound.site)
        outputs = self._unrolled_outputs
        flowing = [tensor._unrolled for tensor in flat(outputs)]
        return [tensor._unrolled for tensor in self._unrolled_inputs], flowing

    def pop(self, rebuild: bool = True) -> Any:
        """Remove the last layer."""
        keras = current()
        layers, tensors = self._unrolled_layers, self._unrolled_tensors
        keras.check_own(self)
        if not layers:
            raise keras.site(sys._getframe(1)).error("there is no layer left to pop")
        layer = layers.pop()
        del tensors[len(layers) + 1 :]
        if layers and self._unrolled_inputs:
            self._unrolled_grow(keras.site(sys._getframe(1)))
        else:
            object.__setattr__(self, "_unrolled_outputs", None)
        self._unrolled_change(keras)
        return layer

    def build(self, input_shape: Any = None, *args: Any, **kwargs: Any) -> None:
        """Build the stack for a shape, with the batch axis first."""
        keras = current()
        site = keras.site(sys._getframe(1))
        if self._unrolled_inputs or input_shape is None:
            return
        problem = find_unknown(input_shape)
        if problem is not None:
            keras.session.stop(why_unknown(problem, "the shape to build for isn't known here"), site)
        placeholder = Placeholder(tuple(input_shape[1:]), input_shape[0], site)
        keras.graph.depth += 1
        try:
            self._unrolled_infer_input(KerasTensor(Value(placeholder), input_shape[0]), site)
        finally:
            keras.graph.depth -= 1
        keras.touch(self)


def _check_named(bound: BoundCall) -> None:
    name = bound.values.get("name")
    if is_a(name, str) and "/" in name:
        raise bound.error("name", f"a name in Keras can't contain `/`: {bound.shown('name')}")
    if not is_a(name, str | None) and not is_unknown(name):
        raise bound.error("name", f"name must be a string, not {bound.shown('name')}")
    trainable = bound.values.get("trainable", True)
    if not is_a(trainable, bool) and not is_unknown(trainable):
        raise bound.error("trainable", f"trainable must be True or False, not {bound.shown('trainable')}")


def _end(keras: Recording, bound: BoundCall, name: str, value: Any) -> KerasTensor:
    if is_a(value, KerasTensor):
        return value
    if is_unknown(value):
        keras.session.stop(
            why_unknown(value, f"the {name} `{label(value)}` of the model can't be read"), bound.at(name)
        )
    raise bound.error(
        name,
        f"the {name} `{bound.shown(name)}` of the model can't be read: give what an Input or a layer returns",
    )


def _rebuilt(structure: Any, by_key: Mapping[tuple[int, int], KerasTensor]) -> Any:
    if is_a(structure, KerasTensor):
        flowing = structure._unrolled
        return by_key[flowing.key]
    if is_a(structure, tuple):
        return tuple(_rebuilt(item, by_key) for item in tuple.__iter__(structure))
    if is_a(structure, list):
        return [_rebuilt(item, by_key) for item in structure]
    return {key: _rebuilt(item, by_key) for key, item in structure.items()}


def _fits(wanted: OpenShape, shape: OpenShape) -> bool:
    return len(wanted) == len(shape) and all(
        a is None or b is None or a == b for a, b in zip(wanted, shape, strict=True)
    )


def _as_placeholder(source: Any, name: str | None = None) -> Placeholder:
    if is_a(source, Operation):
        return Placeholder(source.returned[0], None, source.site)
    return Placeholder(
        source.shape, source.batch, source.site, source.bound, source.argument, name, source.layer_says_it
    )


def _placeholder_of(keras: Recording, record: RecordedLayer) -> Placeholder | None:
    """Create the placeholder for a shape given by a layer's argument."""
    for layer in (record, *record.inside):
        shape = None if layer.kind in ("Layer", "Model") else layer.shape_said()
        if shape is not None:
            argument, value = shape
            numbers = keras.shape_of_input(layer.bound, argument, value)
            if holds_unknown(value):
                layer.values[argument] = numbers
            return Placeholder(numbers, None, layer.bound.site, layer.bound, argument, layer_says_it=True)
    return None


def needed_inputs(own: Any) -> list[str]:
    """List the arguments without a default of a layer's `call`, or of a module's `forward`."""
    parameters = inspect.signature(own.call if current().is_layer(own) else own.forward).parameters.values()
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]


def _several(below: Any, layer: Any) -> CodeError:
    """Explain a stack in which a layer returns more outputs than the next one takes."""
    operation: Operation = below[0]._unrolled.source
    kit = operation.kit
    inner = getattr(kit, "layer", kit)
    extra = "return_state=True" if getattr(inner, "return_state", False) else "merge_mode=None"
    bound = operation.layer.bound
    return bound.site.error(
        f"{bound.text} returns {len(below)} values, but {layer._unrolled.bound.name} after it takes one (Keras: "
        f"expects 1 input(s), but it received {len(below)} input tensors): leave {extra} out, or name what you use, as "
        "in x, *states = layer(x)"
    )


def _no_layer(keras: Recording, value: Any) -> str:
    text = text_of(value)
    if value is ...:
        return "the list of layers contains `...`: write the layers out"
    if is_a(value, type) and issubclass(value, keras.classes["Layer"]):
        return f"the list of layers contains `{value.__name__}` without its arguments: write {value.__name__}(…)"
    if is_a(value, KerasTensor):
        return "the list of layers contains what a layer returns: put the layer itself there"
    return f"the list of layers contains `{text}`, which isn't a layer (Keras: only instances of `keras.Layer`)"


def _never_called(model: Any, which: str) -> CodeError:
    return (
        current()
        .session.site()
        .error(
            f"a Sequential has no `{which}` before it is called (Keras 3: has never been called and thus has no "
            f"defined {which}): write {model._unrolled.name}.{which}s[0]"
        )
    )


def _layers_of(model: Any) -> list[Any]:
    if not model._unrolled_is_functional:
        return layers_inside(model)
    return [layer for layer in _between(model) if is_a(layer, _InputLayer) or not layer._unrolled.is_arithmetic]


def _between(model: Any) -> list[Any]:
    """List everything between the ends of a model: its inputs, its layers, and tensor arithmetic."""
    inputs, outputs = model._unrolled_ends()
    entered = {value.key for value in inputs}
    entries: list[Any] = []
    for item in current().graph.layers_between(inputs, outputs):
        if isinstance(item, RecordedWeight):
            continue  # of none of the model's layers, so Keras doesn't know of it
        if not isinstance(item, Value):
            entries.append(stand_in_of(current(), item) if isinstance(item, RecordedLayer) else item)
        elif item.key in entered:
            entries.append(_InputLayer(item))
    return entries


class _InputLayer:
    """The input of a model, as an entry in its list of layers."""

    def __init__(self, flowing: Value) -> None:
        self.name = getattr(flowing.source, "name", None) or "input_layer"
        self.output = self.input = KerasTensor(flowing, getattr(flowing.source, "batch", None))
        self.batch_shape = self.output.shape


def _cloned(keras: Recording, model: Any, site: Site, copies: dict[RecordedLayer, Any] | None = None) -> Any:
    """Create a copy of a model with layers of its own; `copies` holds those created so far."""
    copies = {} if copies is None else copies

    def copy(layer: Any) -> Any:
        record = layer._unrolled
        if record not in copies:
            if keras.is_model(layer) and type(layer).call in (LayerStandIn.call, ModelStandIn.call):
                copies[record] = _cloned(keras, layer, site, copies)
            else:
                twin = copies[record] = object.__new__(type(layer))
                object.__setattr__(twin, "_unrolled", record.copy())
                twin._unrolled.tracked = [copy(inner) for inner in record.tracked if keras.is_layer(inner)]
        return copies[record]

    if "_unrolled_layers" in model.__dict__:
        twin = keras.classes["Sequential"].__new__(keras.classes["Sequential"])
        twin._unrolled_begin(site)
        twin._unrolled.bound, twin._unrolled.name = model._unrolled.bound, model._unrolled.name
        object.__setattr__(twin, "_unrolled_layers", [])
        object.__setattr__(twin, "_unrolled_tensors", [])
        keras.graph.depth += 1
        try:
            for item in (*model._unrolled_inputs, *map(copy, model._unrolled_layers)):
                twin._unrolled_add(
                    KerasTensor(Value(_as_placeholder(item._unrolled.source)), item._batch)
                    if is_a(item, KerasTensor)
                    else item,
                    site,
                )
        finally:
            keras.graph.depth -= 1
        keras.touch(twin)
        return twin
    if not model._unrolled_is_functional:
        keras.session.stop(
            "cloning a model of the article's own class isn't supported: build the other one like the first", site
        )
    placeholders, outputs = model._unrolled_ends()
    operations, _ = keras.graph.dependencies(outputs, placeholders)
    fresh = [
        KerasTensor(Value(_as_placeholder(placeholder.source, getattr(placeholder.source, "name", None))), None)
        for placeholder in placeholders
    ]
    by_key = {old.key: new for old, new in zip(placeholders, fresh, strict=True)}
    keras.graph.depth += 1
    try:
        _repeat(keras, operations, by_key, site, None, copy)
    finally:
        keras.graph.depth -= 1
    twin = keras.classes["Model"].__new__(keras.classes["Model"])
    twin._unrolled_begin(site)
    twin._unrolled.name = model._unrolled.name
    object.__setattr__(twin, "_unrolled_inputs", fresh)
    object.__setattr__(twin, "_unrolled_outputs", _rebuilt(model._unrolled_outputs, by_key))
    twin._unrolled_between_ends()
    keras.touch(twin)
    return twin


def _repeat(
    keras: Recording,
    operations: Sequence[Operation],
    by_key: dict[tuple[int, int], KerasTensor],
    site: Site,
    batch: int | None,
    copy: Callable[[Any], Any] | None = None,
) -> None:
    """Apply operations to other tensors, with the layers themselves or a copy of each; `by_key` has all tensors."""
    around, met = keras.graph.applications, dict[int, MaskOf[Value]]()
    twins: dict[Application, Application] = {}

    def counterpart(value: Value) -> Value:
        return by_key[value.key]._unrolled if value.key in by_key else value

    def mask_counterparts(masks: tuple[Mask, ...] | None) -> tuple[Mask, ...] | None:
        return masks and tuple(mask.over(counterpart, met) if is_a(mask, MaskOf) else mask for mask in masks)

    def twin_of(original: Application, depth: int) -> Application:
        if original not in twins:
            twins[original] = keras.graph.added(
                replace(
                    original,
                    layer=copy(original.layer) if copy else original.layer,
                    given=tuple(map(counterpart, original.given)),
                    depth=depth,
                    units=[],
                    first=tuple(map(counterpart, original.first)),
                    masks=mask_counterparts(original.masks),
                    before=mask_counterparts(original.before) or (),
                    seen=tuple(
                        (counterpart(value), (mask_counterparts((mask,)) or (None,))[0])
                        for value, mask in original.seen
                    ),
                    own_masks=mask_counterparts(original.own_masks),
                )
            )
        return twins[original]

    try:
        for operation in operations:
            keras.graph.applications = [*around]
            for application in operation.within:
                keras.graph.applications.append(twin_of(application, len(keras.graph.applications)))
            layer = copy(stand_in_of(keras, operation.layer))._unrolled if copy else operation.layer
            states = None if operation.states is None else list(map(counterpart, operation.states))
            inputs = list(map(counterpart, operation.inputs))
            for result in keras.graph.apply(
                layer, operation.kit, inputs, states, site, mask_counterparts(operation.masks)
            ):
                by_key[id(operation), result.output] = KerasTensor(result, batch)
    finally:
        keras.graph.applications = around
    for application, twin in twins.items():
        twin.returned = tuple(map(counterpart, application.returned))


def _build_on(model: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Infer the input from training or prediction data, as Keras does, unless the code has set it before."""
    data = args[0] if args else kwargs.get("x")
    shape = data._shape if is_unknown(data) else data.shape if is_a(data, np.ndarray) else None
    if model._unrolled_outputs is not None or shape is None or len(shape) < 2:
        return
    keras = current()
    site = keras.session.site()
    placeholder = Placeholder(tuple(shape[1:]), None, site)
    model._unrolled_apply(site, (KerasTensor(Value(placeholder), None),), {})
    keras.touch(model)
