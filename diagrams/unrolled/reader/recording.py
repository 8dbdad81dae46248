"""What one reading of Keras code has built: inputs, layers and models, each with its place in the article."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays import OpenShape
from .article import GivenShape
from .graph import Placeholder, Value
from .masks import KerasGraph
from .options import RecordedLayer, snake
from .places import Blocks, Site
from .signatures import BoundCall, checked_shape
from .tensors import KerasTensor, LookedUp, OwnWeightStandIn
from .unknown import (
    Session,
    Unknown,
    current_session,
    holds_unknown,
    is_a,
    is_unknown,
    label,
    text_of,
    why_unknown,
)


class Recording:
    """Everything the code has built in one reading, and the classes that stand in for those of Keras."""

    def __init__(self, session: Session, blocks: Blocks, namespace: Mapping[str, Any], classes: dict[str, Any]) -> None:
        self.session = session
        self.blocks = blocks
        self.namespace = namespace
        self.graph = KerasGraph()
        self.recorded: list[RecordedLayer] = []
        self.touched: list[tuple[int, Any]] = []
        """Models in the order they were built or changed, each with the number of the block that did it."""
        self.inputs_made: list[KerasTensor] = []
        """Everything created by Input, in order."""
        self.inputs_given: Sequence[OpenShape] = ()
        """The shape of one sample of each input, from the image: for inputs about which the code says nothing."""
        self._inputs_taken = 0
        self.policy = self.floatx = "float32"
        self.epsilon: Any = 1e-7
        self.handed: dict[int, tuple[Unknown, Site]] = {}
        """Models passed to a function that isn't run, by id: the function, and the site of the call."""
        self.building = 0
        """How many layers run their own `build`, one within the other."""
        self._names: dict[str, int] = {}
        self._arrays: dict[int, tuple[Any, KerasTensor]] = {}
        self.classes = classes
        """The stand-ins for classes of Keras, made anew for each reading, by name."""
        session.keras = self

    def site(self, frame: types.FrameType | None) -> Site:
        """Locate the current position in the article, given a frame."""
        return self.blocks.site(frame)

    @property
    def within(self) -> str:
        """The name of the article's own class that is currently computing, the innermost; empty if there is none.

        While a layer is built, none is: that happens once, also if it is called within another one.
        """
        if self.building:
            return ""
        classes = [type(application.layer) for application in self.graph.applications]
        of_keras = [self.classes[name].call for name in ("Layer", "Model")]
        own_classes = [kind for kind in classes if kind.call not in of_keras]
        return own_classes[-1].__name__ if own_classes else ""

    def name(self, kind: str) -> str:
        """Name an object as Keras does: `lstm`, `lstm_1` and so on."""
        base = snake(kind)
        number = self._names.get(base, 0)
        self._names[base] = number + 1
        return f"{base}_{number}" if number else base

    def clear_session(self) -> None:
        """Start the names of layers and models again, with the usual dtype policy, as Keras does."""
        self._names.clear()
        self.policy = self.floatx

    def touch(self, model: Any) -> None:
        """Record that a model was built or changed."""
        self.session.last_change = self.session.uses
        self.touched.append((self.graph.running, model))

    def check_own(self, model: Any) -> None:
        """Stop the reading if an unfinished model was passed to a function that isn't run.

        Functions that train or display a model expect a finished one, and can be trusted not to change its layers.
        """
        if id(model) in self.handed:
            function, site = self.handed[id(model)]
            of = "this block" if site.block is self.session.site().block else "a block above"
            self.session.stop(
                f"can't tell which layers the model has here: `{label(function)}(…)` (line {site.lineno} of {of}) "
                "isn't run here, and got the model before it was finished, so it may have added some: call it after "
                "the last layer, or add its layers in the article's own code"
            )

    def named(self, placeholder: Placeholder) -> str:
        """Quote an input by its name in the code and by its call."""
        text = placeholder.bound.text if placeholder.bound is not None else f"line {placeholder.site.lineno}"
        for name, value in self.namespace.items():
            if type(value) is KerasTensor and value._unrolled.source is placeholder:
                return f"{name} = {text}"
        return text

    def layer_class(self, kind: str) -> Any:
        """Return the class that stands in for a Keras layer, created for this reading."""
        if kind not in self.classes:
            base = self.classes["Layer"]
            self.classes[kind] = type(kind, (base,), {"_kind": kind, "__module__": "keras.layers"})
        return self.classes[kind]

    def is_layer(self, value: object) -> bool:
        """Return whether something is a layer or a model."""
        return is_a(value, self.classes["Layer"])

    def is_model(self, value: object) -> bool:
        """Return whether something is a model."""
        return is_a(value, self.classes["Model"])

    def tensor(self, value: Any, site: Site, layer: str) -> KerasTensor:
        """Interpret a layer's argument as a tensor."""
        if is_a(value, KerasTensor):
            return value
        if type(value) in (list, tuple) and len(value) == 1 and is_a(value[0], KerasTensor):
            return value[0]
        if type(value) is GivenShape:
            has_batch = len(value) == 3 and layer in ("SimpleRNN", "GRU", "LSTM", "Bidirectional", "RNN")
            return self._array(value, value[1:] if has_batch else tuple(value), None, site)
        if is_unknown(value):
            if value._shape is None:
                self.session.stop(
                    why_unknown(value, f"can't tell the shape of `{label(value)}`, which goes into {layer}").partition(
                        "; "
                    )[0]
                    + "; start with Input((time_steps, features)), or give the shape of one sample on the image: "
                    + f'{{given="{value._name or "x"}=(3, 2)"}}',
                    site,
                )
            return self._array(value, value._shape[1:], value._shape[0], site)
        if is_a(value, list | tuple) and any(is_a(item, KerasTensor) for item in value):
            raise site.error(
                f"{layer} is given {len(value)} inputs, `{self._written(site)}` (Keras: expects 1 input(s), but it "
                f"received {len(value)} input tensors): pass the one that it reads, and pass states as "
                "initial_state=[…]"
            )
        if is_a(value, np.ndarray | list | tuple) and not holds_unknown(value):
            try:
                shape = np.shape(value)
            except ValueError:
                shape = ()
            if shape:
                return self._array(value, shape[1:], shape[0], site)
        if is_a(value, OwnWeightStandIn):
            self.session.stop(
                f"{layer} is given the weight {value!r}, and weights of your own are supported where they are combined "
                "with a tensor, as in x * self.scale",
                site,
            )
        if is_a(value, LookedUp):
            self.session.stop(
                f"{layer} is given {value!r}, and rows that the code chooses itself are supported where they are added "
                "to a tensor, as in x + self.pos_emb(positions): add them first",
                site,
            )
        raise site.error(
            f"{layer} is given `{text_of(value)}`, which a layer can't read: start with Input((time_steps, features))"
        )

    def shape_of_input(self, bound: BoundCall, argument: str, value: Any, with_batch: bool = False) -> tuple[Any, ...]:
        """Check an input's shape. If the code doesn't know it, or leaves lengths open, take it from the image.

        Raises CodeError, or stops the reading if the shape isn't known.
        """
        lengths = tuple(value) if is_a(value, list | tuple) else None
        is_unknown_here = holds_unknown(value)
        is_open = lengths is not None and any(length is None for length in lengths[with_batch:])
        if not (is_unknown_here or is_open):
            return checked_shape(self.session, bound, argument, value, with_batch)
        if self._inputs_taken < len(self.inputs_given):
            shape = (*((None,) if with_batch else ()), *self.inputs_given[self._inputs_taken])
            if lengths is not None and not _agree(lengths, shape):
                if not is_unknown_here:
                    return checked_shape(self.session, bound, argument, value, with_batch)
                raise bound.error(
                    argument, f"{argument}={bound.shown(argument)} doesn't fit input={shape} on the image"
                )
            self._inputs_taken += 1
            return shape
        if argument == "input_length":  # Keras ignores it, since an Embedding reads any number of indices
            return (None,)
        return checked_shape(self.session, bound, argument, value, with_batch)

    def _written(self, site: Site) -> str:
        call = site.call
        return site.block.written(call.args[0]) if call is not None and call.args else "…"

    def _array(self, value: Any, shape: Sequence[Any], batch: int | None, site: Site) -> KerasTensor:
        if id(value) not in self._arrays:
            placeholder = Placeholder(tuple(shape), batch, site)
            self._arrays[id(value)] = value, KerasTensor(Value(placeholder), batch)
        return self._arrays[id(value)][1]


def _agree(lengths: Sequence[Any], shape: OpenShape) -> bool:
    """Return whether what the code knows of a shape is so in another."""
    return len(lengths) == len(shape) and all(
        is_unknown(a) or a in (b, None) for a, b in zip(lengths, shape, strict=True)
    )


def current() -> Recording:
    """Return the recording of the current reading."""
    return current_session().keras  # type: ignore[no-any-return]
