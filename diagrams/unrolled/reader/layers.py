"""Stand-ins for Keras layers and for the article's own layers, which record what they are applied to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from dis import get_instructions
from functools import wraps
from inspect import signature
from itertools import islice
from math import prod
from types import CodeType, FunctionType, NoneType
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from ..arrays import Array, OpenShape, Shape, read_only
from ..errors import NumbersError
from ..layers import known
from ..layers.core import Opaque, TensorAsMask
from ..layers.layer import Layer, SeveralInputs, ShapeError, nested
from .article import GivenShape
from .graph import Application, GraphLayer, Mask, Operation, Placeholder, Value
from .masks import TAKES_MASKS
from .options import OWN, SHAPES, WRAPPED, RecordedLayer, RecordedWeight, signature_of_kind
from .places import Site, is_of_article, meant
from .recording import Recording, current
from .signatures import ADD_WEIGHT, DTYPES, REQUIRED, TRAINING_ONLY, keras_names
from .tensors import KerasTensor, LookedUp, MaskStandIn, OwnWeightStandIn, Returned, WeightStandIn
from .unknown import (
    NOT_READ,
    PART_OF_LAYER,
    Origin,
    Stopped,
    Unknown,
    current_session,
    find_unknown,
    history,
    holds_unknown,
    is_a,
    is_reading,
    is_unknown,
    label,
    revealed,
    text_of,
    unknown,
    why_unknown,
)

if TYPE_CHECKING:
    from ..layers.attention import MultiHeadAttention
    from ..layers.core import Embedding


LATE = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask")
"""Options of a recurrent layer that are plain attributes, and can be changed until it is used."""
RECURRENT_ARGUMENTS = ("sequences", "initial_state", "mask", "training")
ATTENDING = ("query", "value", "key")
"""The arguments of a MultiHeadAttention that it reads, in order."""
MASKS = ("mask", "attention_mask", "query_mask", "value_mask", "key_mask")
"""Arguments of a call that hide something."""
HOLDERS = (list, tuple, dict, set)
"""Attributes that can hold layers."""
PLAIN = (bool, int, float, str, NoneType)
"""Values that are the same if they are equal."""
DROPS_AT_RANDOM = (
    "with `training=True`, {} changes numbers at random, but a figure shows the trained model: leave it out"
)


def policy_of(dtype: Any) -> str:
    """Return the name of a layer's dtype policy."""
    if is_unknown(dtype):
        return label(dtype)
    return dtype if isinstance(dtype, str) else str(getattr(dtype, "name", "float32"))


class LayerStandIn:
    """A Keras layer, or one defined by the article."""

    _kind = "Layer"
    _record: type[RecordedLayer] = RecordedLayer
    _unrolled: RecordedLayer

    def __init_subclass__(cls, **options: Any) -> None:
        """Note that a `build` of the article's own has run, however it is called, so that it runs only once."""
        super().__init_subclass__(**options)
        method = cls.__dict__.get("build")
        if not (is_a(method, FunctionType) and is_of_article(method.__code__)):
            return

        @wraps(method)
        def build(self: Any, *args: Any, **kwargs: Any) -> Any:
            record = self.__dict__.get("_unrolled")
            if record is not None:
                record.is_built = True
            return method(self, *args, **kwargs)

        build.is_own = True  # type: ignore[attr-defined]
        cls.build = build  # type: ignore[method-assign]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._unrolled_make(current().site(sys._getframe(1)), args, kwargs)

    def _unrolled_make(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        keras = current()
        kind = self._kind
        signature = signature_of_kind(kind)
        bound = signature.bind(site, args, kwargs, kind if kind != "Layer" else type(self).__name__)
        given_name = bound.values.get("name")
        name = given_name if is_a(given_name, str) else keras.name(type(self).__name__)
        dtype = bound.values.get("dtype")
        policy = keras.policy if dtype is None else policy_of(dtype)
        record = self._record(kind, bound, name, policy)
        record.block, record.within = keras.graph.running, keras.within
        object.__setattr__(self, "_unrolled", record)
        for argument in WRAPPED:
            inner = bound.values.get(argument)
            if keras.is_layer(inner):
                record.inside.append(_snapshot(inner._unrolled))
        keras.recorded.append(record)
        if kind != "Layer":
            record.check_silent()
            if not holds_unknown(*(v for k, v in bound.values.items() if k not in TRAINING_ONLY)) and kind in known():
                _try_kit(record)
        for value in self.__dict__.values():  # set before super().__init__()
            track(keras, record, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer to its inputs."""
        return self._unrolled_apply(current().site(sys._getframe(1)), args, kwargs)

    def _unrolled_apply(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        keras = current()
        record = self.__dict__.get("_unrolled")
        if record is None:
            raise site.error(f"{type(self).__name__} must call super().__init__() before it is used, as Keras requires")
        if record.kind == "Lambda":
            self._unrolled_read_function(site)
        if type(self).call is not LayerStandIn.call:
            if self._kind != "Layer":
                keras.session.stop(
                    f"`{type(self).__name__}` overrides what {self._kind} computes, which isn't supported: combine "
                    "Keras layers instead",
                    site,
                )
            return self._unrolled_call_own(site, args, kwargs)
        return apply_layer(keras, record, site, args, dict(kwargs))

    def _unrolled_read_function(self, site: Site) -> None:
        """Take a Lambda for a layer whose shapes follow from its function."""
        keras, record, known_shapes = current(), self._unrolled, dict[Any, list[OpenShape]]()
        function, words = record.values.get("function"), record.values.get("arguments") or {}
        if is_unknown(function) or not callable(function) or holds_unknown(words):
            record.stop(keras.session, "function", "a Lambda is read if its function is in the code")

        def shapes_after(*shapes: OpenShape) -> list[OpenShape]:
            if shapes not in known_shapes:
                if not is_reading():
                    raise ShapeError(f"{record.bound.text} can't be read for other shapes than the code's")
                known_shapes[shapes] = self._unrolled_shapes_of(function, words, shapes, site)
            return known_shapes[shapes]

        record._kit = Opaque("Lambda", shapes_after)

    def _unrolled_shapes_of(self, function: Any, words: Any, shapes: Sequence[OpenShape], site: Site) -> Any:
        keras = current()
        with keras.graph.discarding(), keras.graph.application(self, ()) as application:
            inputs = [KerasTensor(Value(Placeholder(shape, None, site)), None) for shape in shapes]
            outputs = function(inputs[0] if len(inputs) == 1 else inputs, **words)
            used = [unit for unit in application.units if isinstance(unit, Operation)]
        problem = find_unknown(outputs)
        if problem is not None or any(not is_a(output, KerasTensor) for output in flat(outputs)):
            self._unrolled_refuse(problem or unknown(text_of(outputs), "isn't a tensor"), site)
        if len(used) < len(application.units) or any(operation.layer.weight_shapes() for operation in used):
            self._unrolled.stop(
                keras.session,
                "function",
                "a Lambda that uses a layer with weights isn't supported, because Keras neither trains nor saves them: "
                "write a layer of your own",
            )
        return [tensor.shape for tensor in flowing(outputs)]

    def _unrolled_call_own(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Apply a layer defined by the article."""
        keras = current()
        inputs = tuple(as_tensors(keras, value, site, type(self).__name__) for value in args)
        if inputs:
            self._unrolled_build_own(inputs[0])
        more = {key: value for key, value in kwargs.items() if value is not None or key != "training"}
        forget_state(self)
        outputs = call_own(keras, self, inputs, more, site)
        problem = find_unknown(outputs)
        if problem is not None:
            self._unrolled_refuse(problem, site)
        return outputs

    def _unrolled_refuse(self, problem: Unknown, site: Site) -> NoReturn:
        """Stop the reading, since what the layer or model returns isn't known."""
        where = problem._origin.site if problem._origin.why == NOT_READ else site
        current_session().stop(
            f"can't read what `{type(self).__name__}` returns, `{label(problem)}`: {history(problem)}", where
        )

    def _unrolled_build_own(self, inputs: Any) -> None:
        """Run the `build` of the article's own class before its first call, as Keras does."""
        record = self._unrolled
        if not record.is_built and getattr(type(self).build, "is_own", False):
            keras = current()
            record.is_building, keras.building = True, keras.building + 1
            try:
                self.build(_shape_of(inputs))
            finally:
                record.is_building, keras.building = False, keras.building - 1
        record.is_built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, as the Keras layer does."""
        keras = current()
        site = keras.site(sys._getframe(1))
        if self._kind == "Layer":
            raise site.error(f"{type(self).__name__} has no `call` method, so nobody knows what it computes")
        return apply_layer(keras, self._unrolled, site, args, dict(kwargs))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask that the layer passes on with its output."""
        record = self._unrolled
        if record.kind in OWN or is_unknown(inputs):
            return mask
        tensors = flowing(inputs if type(inputs) in (list, tuple) else [inputs])
        kit = record.kit()
        masks = [_bare(item) for item in flat(mask)] if mask is not None else [None] * len(tensors)
        if not tensors or not kit.masked_outputs([item is not None for item in masks]):
            return None
        return _masked_like(current().graph.mask_of(kit, tensors, masks), tensors[0], None)

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Create the weights, whose shapes follow from the input."""
        shape: Any = args[0] if args else kwargs.get("input_shape")
        lengths = [*shape][1:] if is_a(shape, list | tuple) else []
        if self._unrolled.kind not in OWN and lengths and all(is_a(length, int | None) for length in lengths):
            self._unrolled.built = tuple(lengths)

    def add_weight(self, *args: Any, **kwargs: Any) -> Any:
        """Create a custom weight. It is counted, but its numbers are unknown."""
        keras, record = current(), self.__dict__.get("_unrolled")
        site = keras.site(sys._getframe(1))
        if record is None:
            raise site.error(f"{type(self).__name__} must call super().__init__() before add_weight, as Keras requires")
        if record.kind not in OWN:
            keras.session.stop(
                f"`{type(self).__name__}` adds a weight to {record.kind}, which isn't supported: add it to a layer of "
                f"your own that contains the {record.kind}",
                site,
            )
        bound = ADD_WEIGHT.bind(site, args, kwargs)
        weight = RecordedWeight(bound.name, bound, record.name)
        weight.check()
        _own(record, weight)
        if weight.size() is None:
            return unknown("self.add_weight(…)", "is a weight of the article's own")
        return OwnWeightStandIn(weight)

    add_variable = add_weight

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as a configuration."""
        record = self._unrolled
        values = (
            {}
            if record.kind in OWN
            else {
                key: value
                for key, value in signature_of_kind(record.kind).defaults.items()
                if value != REQUIRED and key not in SHAPES
            }
        )
        return {**values, **record.values, "name": record.name}

    @classmethod
    def from_config(cls, config: Any) -> Any:
        """Create a layer from its configuration."""
        return cls(**config)

    def get_weights(self) -> Any:
        """Return the numbers of the weights, as far as they are known."""
        return revealed(_weights(self))

    @property
    def weights(self) -> Any:
        """The weights, in Keras's order."""
        return _weights(self)

    @property
    def trainable_weights(self) -> Any:
        """The weights that training changes."""
        return _weights(self, is_trainable=True)

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> Any:
        """The weights that training doesn't change."""
        return _weights(self, is_trainable=False)

    def set_weights(self, weights: Any) -> None:
        """Set the weights. Figures show them if they are known, and readable ones otherwise.

        The weights of a model or of the article's own layer are those of the layers in it, in Keras's order.
        """
        arrays, site, records = known_weights(weights), current().session.site(), records_inside(self)
        if self._unrolled.kind in OWN:
            counts = [len(inner.weight_shapes()) for inner in records]
            if arrays is not None and sum(counts) != len(arrays):
                raise site.error(f"{self.name} has {sum(counts)} arrays of weights, but {len(arrays)} are given")
        else:
            counts = [len(arrays or ())]
        rest = iter(arrays or ())
        for record, count in zip(records, counts, strict=True):
            if arrays is None:
                record.forget_weights()
            else:
                record.weights, record.weights_site = tuple(islice(rest, count)), site

    def compute_output_shape(self, input_shape: Any = None, *_: Any, **__: Any) -> Any:
        """Compute the output shape, with the batch axis first."""
        record = self._unrolled
        if holds_unknown(input_shape) or record.kind in OWN or not is_a(input_shape, list | tuple):
            return unknown(f"{record.name}.compute_output_shape(…)", PART_OF_LAYER)
        shapes = [(input_shape[0], *shape) for shape in record.kit().output_shapes(tuple(input_shape[1:]))]
        return shapes[0] if len(shapes) == 1 else shapes

    def count_params(self) -> Any:
        """Count the weights, if the input is known."""
        records = records_inside(self)
        if not any(record.shapes_given() for record in records):
            return unknown(f"{self.name}.count_params()", "isn't known before the layer is used")
        return sum(prod(shape) for record in records for shape in record.weight_shapes().values())

    @property
    def name(self) -> str:
        """The name that Keras gives the layer."""
        return self._unrolled.name

    @property
    def dtype(self) -> Any:
        """The type of the weights."""
        policy = self._unrolled.policy
        return policy if policy in DTYPES else unknown(f"{self.name}.dtype", PART_OF_LAYER)

    @property
    def input(self) -> Any:
        """The layer's input."""
        return _ends(self, "input")

    @property
    def output(self) -> Any:
        """The layer's output."""
        return _ends(self, "output")

    def __setattr__(self, name: str, value: Any) -> None:
        record = self.__dict__.get("_unrolled")
        keras = current()
        if record is not None and record.kind not in OWN and name == "supports_masking":
            keras.session.stop(f"`{name}` of {record.kind} is changed, which isn't supported: leave it as it is")
        if (
            record is not None
            and record.kind not in OWN
            and name in signature_of_kind(record.kind).defaults
            and name not in self.__dict__
        ):
            _set_option(keras, self, record, name, value)
            return
        if record is not None:
            if record.kind not in OWN and record.operations and name in record.weight_shapes():
                keras.session.stop(f"a weight is changed by its method: write {self.name}.{name}.assign(…)")
            track(keras, record, value)
            if record.kind in OWN:
                _note_change(keras, self, name, value)
            if name == "trainable" and record.kind in OWN:
                for layer in layers_inside(self):  # as in Keras, which sets it for all layers inside
                    layer.trainable = value
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_unrolled")):
            raise AttributeError(name)
        record = self.__dict__.get("_unrolled")
        if record is not None and record.kind not in OWN:
            defaults = signature_of_kind(record.kind).defaults
            if name in record.values or (name in defaults and defaults[name] != REQUIRED and name not in SHAPES):
                return record.values.get(name, defaults.get(name))
            weights = {weight.name: weight for weight in _weights_of(record)} if record.operations else {}
            if record.kind not in ("SimpleRNN", "GRU", "LSTM"):
                if name in weights:
                    return weights[name]
            elif name == "cell" and weights:
                return _Cell(self, weights)
        bound = record.name if record is not None else type(self).__name__
        if name.startswith("_") and type(self).__module__.startswith("keras"):
            current().session.stop(f"`{name}` is private to Keras, so what the code does with it can't be read")
        attributes = keras_names()["attributes"].get(self._kind)
        if attributes is not None and not name.startswith("_") and name not in attributes:
            raise AttributeError(f"{type(self).__name__} has no attribute `{name}`{meant(name, attributes)}")
        why = PART_OF_LAYER if record is None or record.kind not in ("Model", "Sequential") else "isn't run here"
        return unknown(f"{bound}.{name}", why)

    def __repr__(self) -> str:
        record = self.__dict__.get("_unrolled")
        return f"<{type(self).__name__} name={record.name if record else '?'}>"


STATE = "is changed by `call`, which Keras runs as often as it needs to"


def forget_state(layer: Any) -> None:
    """Take for unknown what an article's own `call` changes: plain attributes of the layer, and global names."""
    attributes, names = _changed_by(type(layer), "call")
    site = current_session().site()
    for holder, key in [
        *((layer.__dict__, attribute) for attribute in attributes),
        *((layer.call.__globals__, global_name) for global_name in names),
    ]:
        if type(holder.get(key)) in PLAIN:
            name = f"self.{key}" if holder is layer.__dict__ else key
            dict.__setitem__(holder, key, Unknown(name, Origin(name, STATE, site, "decide it in __init__")))


def _changed_by(kind: type, method: str) -> tuple[set[str], set[str]]:
    """List the attributes and the global names that a method sets, and those that the methods it uses set."""
    stored = [
        (instruction.opname, instruction.argval)
        for code in _codes(kind, method)
        for instruction in get_instructions(code)
    ]
    attributes = {name for operation, name in stored if operation == "STORE_ATTR"}
    return attributes, {name for operation, name in stored if operation == "STORE_GLOBAL"}


def _codes(kind: type, method: str) -> Iterator[CodeType]:
    """Yield the article's own code of a method, and of the methods that it uses."""
    waiting, met = [method], set[str]()
    while waiting:
        function = getattr(kind, waiting.pop(), None)
        codes = [function.__code__] if isinstance(function, FunctionType) else []
        codes = [code for code in codes if is_of_article(code)]
        while codes:
            code = codes.pop()
            yield code
            codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
            waiting += [name for name in code.co_names if name not in met]
            met |= set(code.co_names)


def _note_change(keras: Recording, layer: Any, name: str, value: Any) -> None:
    """Note that an attribute that the `call` of an article's own class reads gets another value after its use."""
    record, before = layer._unrolled, layer.__dict__.get(name)
    is_same = value is before or (type(value) is type(before) and type(value) in PLAIN and value == before)
    if is_same or not record.is_called or keras.graph.applications:
        return
    if any(name in code.co_names for code in _codes(type(layer), "call")):
        record.change = len(keras.graph.operations), name, keras.session.site()


def check_unchanged(keras: Recording, operations: Iterable[Operation]) -> None:
    """Check that no layer of the article's own was changed since it computed these. Stops the reading otherwise."""
    for operation in operations:
        for layer in (application.layer for application in operation.within):
            change = layer._unrolled.change
            if change is not None and operation.number < change[0]:
                keras.session.stop(
                    f"`{change[1]}` of `{type(layer).__name__}` is changed after it was used, so that Keras computes "
                    "something else when the model runs: change it before",
                    change[2],
                )


class _Cell:
    """The cell of a recurrent layer, which has its weights."""

    def __init__(self, layer: LayerStandIn, weights: Mapping[str, WeightStandIn]) -> None:
        self._layer = layer
        self.__dict__ |= weights

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)


def apply_layer(
    keras: Recording, record: RecordedLayer, site: Site, args: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    """Apply one of Keras's layers: `layer(x)`, `layer(x, initial_state=[h, c])`, `layer([a, b])`."""
    name = record.bound.name
    is_alone = len(args) == 1 and not kwargs
    states: Any = None
    if record.kind in ("SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional"):
        bound = dict(zip(RECURRENT_ARGUMENTS, args, strict=False)) | kwargs
        args = (bound.pop("sequences"),) if "sequences" in bound else ()
        states, kwargs = bound.pop("initial_state", None), bound
    elif "initial_state" in kwargs:
        raise site.error(f"{name} has no state: leave initial_state out")
    if record.kind == "MultiHeadAttention":
        named = ATTENDING[len(args) :]
        if "key" in kwargs and "value" in named and "value" not in kwargs:
            raise site.error(f"{name} needs a value where it has a key: layer(query, value, key)")
        args = (*args, *(kwargs.pop(argument) for argument in named if argument in kwargs))
    elif not args:
        args = tuple(kwargs.pop(argument) for argument in ("inputs", "sequences") if argument in kwargs)
    if not args:
        raise site.error(f"{name} is called without an input: layer(x)")
    if is_training(kwargs) and any(_drops_made(layer) for layer in (record, *record.inside)):
        keras.session.stop(DROPS_AT_RANDOM.format(record.bound.text), site)
    kit = record.kit()
    options = {field.name for field in fields(kit)}
    for option in ("use_causal_mask", "return_attention_scores"):
        if option in kwargs and option in options:
            kit = replace(kit, **{option: kwargs.pop(option)})
    hidden = {argument: kwargs.pop(argument) for argument in MASKS if argument in kwargs}
    extra = next((argument for argument in kwargs if argument not in ("training", "inputs")), None)
    if extra is not None:
        raise site.error(f"{name} takes no argument `{extra}` when it is called")
    if record.within and record.kind in known() and _has_weights(kit):
        keras.session.stop(
            f"`{record.within}` creates {record.bound.text} each time it is called, with new weights each time: create "
            "it in __init__",
            record.bound.site,
        )
    if record.kind == "Embedding" and keras.within and (rows := _known_rows(args[0])) is not None:
        return _looked_up(record, kit, rows, site)
    several = type(args[0]) in (list, tuple) and kit.most_inputs != 1
    if isinstance(kit, SeveralInputs) and record.kind in keras_names()["layers"] and several != kit.takes_a_list:
        example = f"{name}(…)([x, y])" if kit.takes_a_list else f"{name}(…)(query, value)"
        how = "in a list" if kit.takes_a_list else "one after another, not in a list"
        raise site.error(f"{name} takes its inputs {how}: {example}")
    inputs = (
        list(args[0])
        if several
        else [argument for argument in args if argument is not None and not is_a(argument, bool)]
    )
    if kit.most_inputs == 1 and not several:
        inputs = inputs[:1]
    tensors = [keras.tensor(value, site, name) for value in inputs]
    if states is not None and site.call is not None:
        site = site.argument(next((word.value for word in site.call.keywords if word.arg == "initial_state"), None))
    initial = None if states is None else _initial(keras, name, states, site)
    shapes = [tensor._unrolled.shape for tensor in tensors]
    kit, masks = _masked(keras, kit, {name: mask for name, mask in hidden.items() if mask is not None}, shapes, site)
    if is_alone and not several and kit.family in (*TAKES_MASKS, "Softmax"):
        masks = keras.graph.noted(tensors[0]._unrolled)
    returned = keras.graph.apply(record, kit, [tensor._unrolled for tensor in tensors], initial, site, masks)
    record.operations.append(returned[0].source)  # type: ignore[arg-type]
    batch = tensors[0]._batch
    outputs = Returned(KerasTensor(value, batch) for value in returned)
    outputs.kit = kit
    return outputs if len(returned) > 1 else tuple.__getitem__(outputs, 0)


def call_own(keras: Recording, layer: Any, inputs: tuple[Any, ...], more: dict[str, Any], site: Site) -> Any:
    """Run the `call` of the article's own class, with the masks that Keras would give it, and pass its mask on."""
    first = next(iter((*inputs, *more.values())), None)
    noted = keras.graph.noted(first._unrolled) if len(inputs) == 1 and not more and is_a(first, KerasTensor) else None
    with keras.graph.application(layer, flowing((inputs, more))) as application:
        application.first = tuple(flowing(first))
        filled = _with_masks(keras, layer, application, inputs, more, noted, site)
        application.before = application.masks or tuple(map(keras.graph.attached.of, application.first))
        if any(filled[name] is not None for name in filled.keys() - more.keys()):
            _build_by_running(keras, layer, inputs, more)
        layer._unrolled.is_called = True
        outputs = layer.call(*inputs, **filled)
        application.returned = tuple(flowing(outputs))
        application.hands_masks_on = _supports_masking(keras, layer, site)
        if application.hands_masks_on and type(layer).compute_mask is not LayerStandIn.compute_mask:
            masks = dict(zip([value.key for value in application.first], application.before, strict=True))
            own_masks = layer.compute_mask(
                first, _like(first, lambda value: _masked_like(masks[value.key], value, None))
            )
            problem = find_unknown(own_masks)
            if problem is not None:
                keras.session.stop(
                    why_unknown(problem, f"can't read the mask that {type(layer).__name__} computes"), site
                )
            application.own_masks = given_masks(keras, layer, own_masks, site)
        keras.graph.pass_on(application, keras.graph.attached, application.before)
    return outputs


def _build_by_running(keras: Recording, layer: Any, inputs: tuple[Any, ...], more: dict[str, Any]) -> None:
    """Run a `call` without its masks first, as Keras does to build the layers in it: others may get weights so."""
    if layer._unrolled.is_called or getattr(type(layer).build, "is_own", False):
        return
    before = keras.session.stopped
    layer._unrolled.is_called = True
    with keras.graph.discarding():
        try:
            layer.call(*inputs, **more)
        except (Exception, Stopped):  # as in Keras, where the layers are built by the next run
            keras.session.stopped = before


def _with_masks(
    keras: Recording,
    layer: Any,
    application: Application,
    inputs: tuple[Any, ...],
    more: dict[str, Any],
    noted: tuple[Mask, ...] | None,
    site: Site,
) -> dict[str, Any]:
    """Fill in the `mask` arguments of a `call` of the article's own as `Layer.__call__` does; return its keywords."""
    try:
        words = signature(layer.call)
        bound = words.bind(*inputs, **more).arguments
    except (TypeError, ValueError):
        return more  # the call itself says what is wrong

    def look(value: Any) -> Any:
        mask = keras.graph.attached.of(value)
        application.seen += ((value, mask),)
        return _masked_like(mask, value, None)

    tensors = {
        name: value
        for name, value in bound.items()
        if any(is_a(item, KerasTensor | MaskStandIn | np.ndarray) for item in flat(value))
    }
    if bound.get("mask") is not None:
        application.masks = given_masks(keras, layer, bound["mask"], site)
        return more
    if len(tensors) == 1 and "mask" in words.parameters and "mask" not in {*bound} - {*more}:
        application.masks = noted
        value = next(iter(tensors.values()))
        return more | {"mask": _like(value, look) if noted is None else _masked_like(noted[0], value._unrolled, None)}
    wanted = {f"{name}_mask": value for name, value in tensors.items() if f"{name}_mask" in words.parameters}
    if len(tensors) < 2:
        return more
    return more | {name: _like(value, look) for name, value in wanted.items() if bound.get(name) is None}


def _like(structure: Any, of: Callable[[Value], Any]) -> Any:
    """Return a structure with something else in the place of each tensor."""
    if type(structure) in (list, tuple):
        return type(structure)(_like(item, of) for item in structure)
    if type(structure) is dict:
        return {key: _like(item, of) for key, item in structure.items()}
    return of(structure._unrolled) if is_a(structure, KerasTensor) else None


def _masked_like(mask: Mask, value: Value, batch: int | None) -> MaskStandIn | None:
    """Return what stands for the mask of a tensor; None if it has none."""
    return None if mask is None else MaskStandIn(mask, (batch, *value.shape[:1]))


def _bare(mask: Any) -> Mask:
    return mask._unrolled if is_a(mask, MaskStandIn) else None


def given_masks(keras: Recording, layer: Any, structure: Any, site: Site) -> tuple[Mask, ...]:
    """Return the masks that code gives to a model, or to a layer of its own."""
    masks = [_tensor_mask(keras, item) if is_a(item, KerasTensor) else item for item in flat(structure)]
    for mask in masks:
        if not is_a(mask, MaskStandIn | None) or (mask is not None and mask._is_by_key):
            keras.session.stop(
                f"the mask of {type(layer).__name__} isn't supported: let Masking or Embedding(mask_zero=True) make it",
                site,
            )
    return tuple(map(_bare, masks))


def _tensor_mask(keras: Recording, tensor: KerasTensor) -> Any:
    """Return a tensor that is True or False for each step as a mask; any other tensor as it is."""
    return _read_as_mask(keras, tensor) if tensor.ndim == 2 else tensor


def _read_as_mask(keras: Recording, tensor: KerasTensor) -> MaskStandIn:
    mask = keras.graph.mask_of(TensorAsMask(), [tensor._unrolled], [None])
    assert mask is not None
    return MaskStandIn(mask, tensor.shape)


def _supports_masking(keras: Recording, layer: Any, site: Site) -> bool:
    """Return whether a layer of the article's own passes masks on."""
    for holder in (layer.__dict__, *(vars(kind) for kind in type(layer).__mro__)):
        if "supports_masking" in holder:
            supports = layer.supports_masking
            if is_unknown(supports):
                keras.session.stop(why_unknown(supports, f"can't tell if {type(layer).__name__} passes masks on"), site)
            return bool(supports)
    return type(layer).compute_mask is not LayerStandIn.compute_mask


def _masked(
    keras: Recording, kit: Layer, arguments: Mapping[str, Any], shapes: Sequence[OpenShape], site: Site
) -> tuple[Layer, tuple[Mask, ...] | None]:
    """Interpret the masks in a call: return the layer, with a mask of its scores, and the masks of its inputs.

    Raises CodeError if they don't fit, and stops the reading if they aren't known.
    """
    name, words = kit.name_in_code, site.call.keywords if site.call is not None else ()
    masks: tuple[Mask, ...] | None = None
    for argument, value in arguments.items():
        where = site.argument(next((word.value for word in words if word.arg == argument), None))
        if name == "MultiHeadAttention" and argument == "query_mask":
            continue  # Keras's own `call` ignores it, and takes the mask on the queries
        by_key = argument == "attention_mask" and is_a(value, MaskStandIn) and value._is_by_key
        if name == "MultiHeadAttention" and argument == "attention_mask" and is_a(value, KerasTensor):
            value, by_key = _by_query(keras, kit, value, shapes, where), True
        if name == "MultiHeadAttention" and (by_key or argument in ("value_mask", "key_mask")):
            masks = masks or (None,) * 3
            if by_key:
                masks = (*masks, value._unrolled)
            else:
                at = ("value_mask", "key_mask").index(argument) + 1
                masks = (*masks[:at], _one_mask(keras, kit, value, len(shapes) - 1, shapes, where), *masks[at + 1 :])
            continue
        if name == "Softmax" and argument == "mask":
            keras.session.stop("a mask in a call of Softmax isn't supported: leave it out of the code", where)
        if argument != (
            "attention_mask" if name == "MultiHeadAttention" else "mask" if kit.family in TAKES_MASKS else ""
        ):
            instead = ": say attention_mask=…" if name == "MultiHeadAttention" else ""
            raise where.error(f"{name} takes no argument `{argument}` when it is called{instead}")
        if name == "MultiHeadAttention":
            by_query = _known_mask(keras, name, argument, value, where)
            try:
                kit.check_inputs(*shapes)
                kit = replace(cast("MultiHeadAttention", kit), attention_mask=by_query)
                kit.check_mask(shapes[0][0], shapes[-1][0])
            except NumbersError as error:
                raise where.error(str(error)) from error
        elif isinstance(kit, SeveralInputs):
            if type(value) is not list or not 2 <= len(value) <= 3:
                raise where.error(
                    f"{name} takes its masks in a list, mask=[query_mask, value_mask], not {text_of(value)} (Keras: "
                    "mask must be a list)"
                )
            listed = [_one_mask(keras, kit, item, number, shapes, where) for number, item in enumerate(value)]
            masks = (*listed, None)[: len(shapes)]
        else:
            masks = (_one_mask(keras, kit, value, 0, shapes, where),)
    return kit, masks


def _by_query(
    keras: Recording, kit: Layer, tensor: KerasTensor, shapes: Sequence[OpenShape], site: Site
) -> MaskStandIn:
    """Return a tensor as the `attention_mask` of a call."""
    *heads, queries, keys = cast("Shape", tensor._unrolled.shape) if tensor.ndim > 2 else (0, 0, 0)
    if heads not in ([], [1]) or not kit.takes_mask(3, (queries, keys), *shapes):
        raise site.error(
            f"attention_mask has the shape {tensor.shape}, but there are {shapes[0][0] or 'any number of'} queries and "
            f"{shapes[-1][0] or 'any number of'} keys: give it the shape (batch, queries, keys), for all heads"
        )
    return _read_as_mask(keras, tensor)


def _known_mask(keras: Recording, name: str, argument: str, value: Any, site: Site) -> NDArray[Any]:
    """Return a mask that the code knows, as an array."""
    problem = find_unknown(value)
    if problem is not None:
        keras.session.stop(why_unknown(problem, f"can't tell what the {argument} of {name} hides"), site)
    if any(is_a(item, KerasTensor | LookedUp | MaskStandIn) for item in flat(value)):
        keras.session.stop(
            f"the {argument} of {name} is a tensor, but only an array is supported: let Masking or "
            "Embedding(mask_zero=True) make it from the input, or say use_causal_mask=True",
            site,
        )
    try:
        mask = np.asarray(value)
    except ValueError:
        mask = np.asarray(None)
    if mask.dtype.kind in "biuf" and argument == "mask" and is_a(value, list | tuple):
        raise site.error(f"{argument} must be an array: write np.array({text_of(value)})")
    if mask.dtype.kind not in "biuf":
        raise site.error(f"{argument} must be an array of True and False, or of 1 and 0, not {text_of(value)}")
    return mask


def _one_mask(keras: Recording, kit: Layer, value: Any, number: int, shapes: Sequence[OpenShape], site: Site) -> Mask:
    """Return the mask of an input with this index, without its batch axis."""
    if value is None:
        return None
    if is_a(value, KerasTensor):
        value = _tensor_mask(keras, value)
    if is_a(value, MaskStandIn) and not value._is_by_key:
        return _bare(value)
    mask = _known_mask(keras, kit.name_in_code, "mask", value, site)
    several = isinstance(kit, SeveralInputs)
    subject = f"the mask of {'the queries' if number == 0 else 'the values' if number == 1 else 'the keys'}"
    subject = f"{subject} of {kit.name_in_code}" if several else f"the mask of {kit.name_in_code}"
    if mask.ndim == 3 and mask.shape[-1] == 1 and not several:
        mask = mask[..., 0]
    sample = mask if mask.ndim == 1 and several else mask[0] if mask.ndim > 1 and len(mask) == 1 else None
    steps = shapes[number][0] if number < len(shapes) else None
    wanted = f"give it the shape (1, {'time_steps' if steps is None else steps})"
    if sample is None and mask.ndim < 2:
        raise site.error(f"{subject} has the shape {mask.shape}, without an axis for the batch: {wanted}")
    if sample is None:
        raise site.error(
            f"{subject} has the shape {mask.shape}, one mask for each sample of a batch, but a figure shows a single "
            f"sample: {wanted}"
        )
    if number < len(shapes) and not kit.takes_mask(number, sample.shape, *shapes):
        raise site.error(f"{subject} has the shape {mask.shape}, but there are {steps} time steps: {wanted}")
    return nested(sample.astype(np.bool_))


def _known_rows(indices: Any) -> NDArray[np.int64] | None:
    """Return the indices of a table lookup as integers, if the code knows them."""
    if not is_a(indices, np.ndarray) and any(not is_a(index, int | np.integer) for index in flat(indices)):
        return None
    numbers = np.asarray(indices)
    return numbers.astype(np.int64) if numbers.dtype.kind in "iuf" and np.isfinite(numbers).all() else None


def _looked_up(record: RecordedLayer, kit: Layer, rows: NDArray[np.int64], site: Site) -> LookedUp:
    """Look up rows chosen by the article's own layer, as in `self.pos_emb(keras.ops.arange(3))`."""
    size = cast("Embedding", kit).input_dim
    beyond = rows[(rows < 0) | (rows >= size)]
    if beyond.size:
        raise site.error(
            f"{record.bound.text} has the rows 0 to {size - 1}, and row {beyond[0]} is looked up here (Keras: out of "
            "range)"
        )
    record.rows = rows.shape
    return LookedUp(record, rows)


def _has_weights(kit: Layer) -> bool:
    """Return whether layers of this kind can have weights; merging ones, such as `x + layer(x)`, have none."""
    return type(kit).weight_shapes not in (Layer.weight_shapes, SeveralInputs.weight_shapes)


def _initial(keras: Recording, name: str, states: Any, site: Site) -> list[Value]:
    if is_unknown(states) or (type(states) not in (list, tuple, Returned)):
        states = [states]
    values = []
    for state in tuple(tuple.__iter__(states)) if is_a(states, tuple) else states:
        if is_unknown(state) and state._shape is None:
            keras.session.stop(why_unknown(state, f"the initial state `{label(state)}` can't be read"), site)
        values.append(keras.tensor(state, site, name)._unrolled)
    return values


def _try_kit(record: RecordedLayer) -> None:
    """Validate options when a layer is created, as Keras does; options the kit lacks are only reported on use."""
    used = current_session()
    before = used.stopped
    try:
        record.kit()
    except Stopped:
        used.stopped = before


def _snapshot(record: RecordedLayer) -> RecordedLayer:
    """Copy the current state of a layer, since a wrapper keeps a copy of it."""
    copy = record.copy()
    copy.tracked = [record]
    return copy


def _set_option(keras: Recording, layer: Any, record: RecordedLayer, name: str, value: Any) -> None:
    """Change an option of an existing layer, if Keras would take the change into account."""
    site = keras.session.site()
    if name in ("trainable", "dtype", "autocast", "activity_regularizer", "seed") or name in TRAINING_ONLY:
        record.values[name] = value
        return
    if name == "name":
        raise site.error("a layer's name can't be changed: set it where the layer is made")
    if record.operations:
        keras.session.stop(
            f"`{name}` is changed after the layer was used, which isn't supported: change it before", site
        )
    recurrent = record.kind in ("SimpleRNN", "GRU", "LSTM", "RNN")
    if recurrent and name not in LATE:
        raise site.error(f"{name} of {record.kind} can't be changed: set it where the layer is made")
    if record.kind in ("Bidirectional", "TimeDistributed"):
        keras.session.stop(f"changing `{name}` of {record.kind} isn't supported: set it where the layer is made", site)
    record.changed(name, value)


def track(keras: Recording, record: RecordedLayer, value: Any = None) -> None:
    """Record the layers that a layer or model gets as attributes, in the order in which Keras tracks them.

    Layers that were added to a list since it was set come before the new attribute.
    """
    later = sorted(_layers_in(keras, record.holders), key=lambda inner: inner._unrolled.number)
    for layer in (*later, *_layers_in(keras, value)):
        if not any(layer._unrolled is tracked._unrolled for tracked in record.tracked):
            record.tracked.append(layer)
    for item in flat(value):
        if is_a(item, OwnWeightStandIn) and not any(item._unrolled is weight for weight in record.own):
            _own(record, item._unrolled)
    if type(value) in HOLDERS and not any(value is holder for holder in record.holders):
        record.holders.append(value)


def _own(record: RecordedLayer, weight: RecordedWeight) -> None:
    """Record a weight that a layer or model has for itself; Keras lists those that aren't trained last."""
    record.own.append(weight)
    record.own.sort(key=lambda own_weight: own_weight.values.get("trainable") is False)


def _layers_in(keras: Recording, value: Any) -> list[Any]:
    """List the layers in a structure, at any depth."""
    if is_unknown(value) or (type(value) not in HOLDERS and not keras.is_layer(value)):
        return []
    if type(value) is set:
        return sorted(filter(keras.is_layer, value), key=lambda layer: layer._unrolled.number)
    if type(value) in HOLDERS:
        return [
            layer for item in (value.values() if type(value) is dict else value) for layer in _layers_in(keras, item)
        ]
    return [value]


def layers_inside(layer: Any) -> list[Any]:
    """List the layers that a model or the article's own layer tracks, in Keras's order."""
    if "_unrolled_layers" in layer.__dict__:
        return list(layer._unrolled_layers)
    track(current(), layer._unrolled)
    return list(layer._unrolled.tracked)


def records_inside(layer: Any) -> list[RecordedLayer]:
    """List the layers within a model or the article's own layer, at any depth; of another layer, itself.

    Each is listed once, in the order of their weights in Keras.
    """
    records: dict[int, RecordedLayer] = {}
    waiting, met = [layer], set[int]()
    while waiting:
        inner = waiting.pop()
        record = inner._unrolled
        if record.kind not in OWN:
            records.setdefault(id(record), record)
        elif id(record) not in met:
            met.add(id(record))
            records |= {id(weight): weight for weight in record.own}
            waiting += reversed(layers_inside(inner))
    return list(records.values())


def as_tensors(keras: Recording, value: Any, site: Site, name: str) -> Any:
    """Convert arrays to tensors, at any depth."""
    if is_a(value, np.ndarray) or type(value) is GivenShape or (is_unknown(value) and value._shape is not None):
        return keras.tensor(value, site, name)
    if type(value) in (list, tuple):
        return type(value)(as_tensors(keras, item, site, name) for item in value)
    if type(value) is dict:
        return {key: as_tensors(keras, item, site, name) for key, item in value.items()}
    return value


def _shape_of(value: Any) -> Any:
    if is_a(value, KerasTensor):
        return value.shape
    return [_shape_of(item) for item in value] if is_a(value, list | tuple) else None


def _ends(layer: Any, which: str) -> Any:
    record = layer._unrolled
    if not record.operations:
        raise AttributeError(f"the layer {record.name!r} has never been called and thus has no defined {which}")
    first = record.operations[0]
    if which == "input":
        tensors = [KerasTensor(value, None) for value in first.inputs]
    else:
        tensors = [KerasTensor(Value(first, number), None) for number in range(len(first.returned))]
    return tensors[0] if len(tensors) == 1 else tensors


def flowing(value: Any) -> list[Value]:
    """List the tensors in a structure, at any depth."""
    return [tensor._unrolled for tensor in flat(value) if is_a(tensor, KerasTensor)]


def flat(value: Any) -> Iterator[Any]:
    """Yield the items of lists, tuples and dicts, at any depth."""
    if type(value) in (list, tuple) or is_a(value, Returned):
        for item in tuple.__iter__(value) if is_a(value, tuple) else value:
            yield from flat(item)
    elif type(value) is dict:
        for item in value.values():
            yield from flat(item)
    else:
        yield value


def is_training(kwargs: Mapping[str, Any]) -> bool:
    """Return whether a call runs its layer or model in training mode."""
    value = kwargs.get("training")
    return is_unknown(value) or bool(value)


def drops(model: Any) -> bool:
    """Return whether anything in a model drops numbers during training."""
    return any(_drops_made(layer) for record in records_inside(model) for layer in (record, *record.inside))


def _drops_made(record: RecordedLayer) -> bool:
    if "Dropout" in record.kind or "Noise" in record.kind or record.kind == "BatchNormalization":
        return True
    return any(
        is_unknown(record.values.get(option)) or bool(record.values.get(option))
        for option in ("dropout", "recurrent_dropout")
    )


def _weights_of(record: RecordedLayer) -> list[WeightStandIn]:
    if is_a(record, RecordedWeight):
        return [OwnWeightStandIn(record)]
    return [WeightStandIn(record, at) for at in range(len(record.weight_shapes()))]


def _frozen(layer: Any) -> set[int]:
    """Return the ids of the layers within a layer that aren't trained, although they may say that they are."""
    if layer.__dict__.get("trainable", layer._unrolled.values.get("trainable")) is False:
        return set(map(id, records_inside(layer)))
    inside = layers_inside(layer) if layer._unrolled.kind in OWN else []
    return {number for inner in inside for number in _frozen(inner)}


def _weights(layer: Any, is_trainable: bool | None = None) -> Any:
    """List the weights of a layer or model, all or only those that are trained, or aren't."""
    weights = [weight for record in records_inside(layer) for weight in _weights_of(record)]
    if is_trainable is not None and weights:
        frozen = _frozen(layer)
        return [
            weight for weight in weights if is_trainable is (weight.trainable and id(weight._unrolled) not in frozen)
        ]
    if weights or layer._unrolled.kind not in OWN:
        return weights
    event = "model is built" if current().is_model(layer) else "layer is used"
    return unknown(f"{layer.name}.weights", f"don't exist before the {event}")


def known_weights(weights: Any) -> tuple[Array, ...] | None:
    """Return weights as arrays, if all their numbers are known."""
    weights = revealed(weights)
    if holds_unknown(weights) or not is_a(weights, list | tuple | np.ndarray):
        return None
    wrong = next((item for item in weights if not is_a(item, np.ndarray | np.generic)), None)
    if wrong is not None:
        message = f"(Keras: {type(wrong).__name__!r} object has no attribute 'shape')"
        raise current().session.site().error(f"set_weights takes a list of arrays {message}: write np.array(…)")
    try:
        return tuple(read_only(array) for array in weights)
    except (TypeError, ValueError):
        return None


def stand_in_of(keras: Recording, record: GraphLayer) -> Any:
    """Create another object for an existing layer."""
    layer = object.__new__(keras.layer_class(record.kind))
    object.__setattr__(layer, "_unrolled", record)
    return layer
