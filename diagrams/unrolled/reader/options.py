"""Converting the arguments of a layer's call to the kit's layer: options, activations and initializers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cache
from itertools import count
from typing import Any, NoReturn

import numpy as np

from ..arrays import OpenShape, Shape
from ..errors import CodeError, NumbersError
from ..layers import known
from ..layers.activations import activation_of
from ..layers.core import OwnWeight
from ..layers.initializers import ALIASES, Initializer
from ..layers.layer import Layer, OptionError
from ..model import Argument, Call
from . import preprocessing
from .graph import GraphLayer, Value, size_names
from .places import Site, meant
from .signatures import (
    MACHINERY,
    SAME,
    TRAINING_ONLY,
    BoundCall,
    added_signature,
    instead_of,
    keras_names,
    signature_of,
    silent_problem,
)
from .unknown import (
    Session,
    current_session,
    find_unknown,
    holds_unknown,
    is_a,
    is_numpy_number,
    is_shape,
    is_unknown,
    not_read,
    text_of,
    unknown,
    why_unknown,
)

WRAPPED = ("layer", "backward_layer", "cell")
SHAPES = ("input_shape", "input_dim", "input_length")
OWN = ("Layer", "Model", "Sequential")
"""The base classes of an author's own classes, which have none of Keras's options."""
# The positional arguments of each initializer, in order.
ORDER = {"constant": ("value",), "random_uniform": ("minval", "maxval"), "identity": ("gain",), "orthogonal": ("gain",)}
ORDER |= dict.fromkeys(("random_normal", "truncated_normal"), ("mean", "stddev"))
SHORT = {"orthogonal_initializer": "orthogonal", "identity_initializer": "identity"}


def snake(name: str) -> str:
    """Convert a class name to snake case, as Keras does: `SimpleRNN` → `simple_rnn`."""
    step = re.sub(r"\W+", "", name)
    step = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", step)
    return re.sub("([a-z])([A-Z])", r"\1_\2", step).lower()


@dataclass(eq=False)
class RecordedLayer(GraphLayer):
    """A layer created by the article: the arguments of its call, and the kit's layer for it."""

    policy: str = "float32"
    inside: list[RecordedLayer] = field(default_factory=list)
    """The layers it wraps, as they were when it was created."""
    block: int = 0
    """The number of the block that created it."""
    within: str = ""
    """The class of the article's own layer or model in whose call it was created, if any."""
    tracked: list[Any] = field(default_factory=list)
    """The layers that an author's own layer or model has as attributes, in the order in which it got them."""
    holders: list[Any] = field(default_factory=list)
    """The lists, tuples, dicts and sets among its attributes, to which layers can be added later."""
    number: int = field(default_factory=count().__next__)
    """Counts the layers in the order in which they are created."""
    own: list[RecordedWeight] = field(default_factory=list)
    """The weights that an author's own layer or model creates for itself, in Keras's order: those it trains first."""
    is_called: bool = False
    """Whether the `call` of an author's own class was run."""
    is_built: bool = False
    is_building: bool = False
    """Whether the `build` of an author's own class runs, because the layer or model is called."""
    change: tuple[int, str, Site] | None = None
    """When an author's own class was changed after its use: how many operations there were, what was changed, where."""
    _kit: Layer | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The values of the arguments that are given."""
        return self.bound.values

    def stop(self, session: Session, name: str | None, message: str) -> NoReturn:
        """Stop the reading: Keras would go on, but the kit can't."""
        session.stop(message, self.bound.site if name is None else self.bound.at(name))

    def changed(self, name: str, value: Any) -> None:
        """Apply a later change of an option."""
        self.bound.values[name] = value
        self.bound.expressions.pop(name, None)
        self._kit = None

    def copy(self) -> RecordedLayer:
        """Copy the layer, so that later changes to one don't affect the other."""
        bound = replace(self.bound, values=dict(self.values), expressions=dict(self.bound.expressions))
        twin = RecordedLayer(self.kind, bound, self.name, self.policy, inside=list(self.inside))
        twin.is_arithmetic = self.is_arithmetic
        return twin

    def kit(self) -> Layer:
        """Return the kit's layer. Stops the reading if an option is unknown or isn't supported."""
        if self._kit is None:
            self._kit = self._read()
        return self._kit

    def _read(self) -> Layer:
        session = current_session()
        for name, value in self.values.items():
            problem = find_unknown(value)
            if problem is not None and name not in TRAINING_ONLY | MACHINERY | {"name"}:
                self.stop(
                    session,
                    name,
                    why_unknown(
                        problem, f"{self.bound.name} is given {name}={self.bound.shown(name)}, which isn't known here"
                    ),
                )
        if self.policy not in ("float32", "None"):
            self.stop(
                session,
                "dtype" if "dtype" in self.values else None,
                f"{self.bound.name} computes in {self.policy}, but a figure's numbers are float32: leave the dtype out",
            )
        if self.kind == "RNN":
            return self._of_cell(session)
        kind = known().get(self.kind)
        if kind is None and (prepared := preprocessing.read(self.kind, self.values)) is not None:
            if self.values.get("data_format") not in (None, "channels_last"):
                self.stop(session, "data_format", "the kit computes with the channels last: leave data_format out")
            return prepared
        if kind is None:
            near = get_close_matches(self.kind, known(), n=3, cutoff=0.7)
            like = f" (similar layers that are: {', '.join(near)})" if near else ""
            self.stop(
                session, None, f"`{self.kind}` isn't supported yet{like}; docs/reading.md lists the layers that are"
            )
        named = {option.name for option in fields(kind)}
        defaults = signature_of(self.kind).defaults if self.kind in keras_names()["layers"] else {}
        options: dict[str, Any] = {}
        for name, value in self.values.items():
            if name in SHAPES and name not in defaults.keys() - set(SHAPES) | (named & {"input_dim"}):
                continue
            if (name in TRAINING_ONLY | MACHINERY and name not in named) or (name == "name" and is_unknown(value)):
                continue
            if name in named:
                options[name] = self._option(session, name, value)
            elif not (value == defaults.get(name) or value in SAME.get(name, ())):
                self.stop(
                    session,
                    name,
                    f"`{name}={self.bound.shown(name)}` isn't supported: {instead_of(name)}; leave it out of the code",
                )
        try:
            return kind(**options)
        except OptionError as error:
            if error.option not in self.values:
                raise self.bound.site.error(str(error)) from error
            text = self.bound.shown(error.option)
            message = f"{error.option} must be {error.wanted}, not {text}{error.remedy}"
            raise self.bound.error(error.option, message) from error
        except NumbersError as error:
            raise self.bound.site.error(str(error)) from error
        except TypeError as error:
            raise self.bound.site.error(f"{self.bound.name}: {error}") from error

    def _of_cell(self, session: Session) -> Layer:
        """Convert `RNN(LSTMCell(4))` to the equivalent layer."""
        cell = self.inside[0] if self.inside else None
        name = cell.kind.removesuffix("Cell") if cell is not None else ""
        several: Any = self.values.get("cell") if cell is None else cell.values.get("cells")
        if is_a(several, list | tuple):
            cells = [item._unrolled for item in several if is_a(getattr(item, "_unrolled", None), RecordedLayer)]
            calls = [
                inner.kind.removesuffix("Cell")
                + f"({text_of(inner.values['units'])}{'' if inner is cells[-1] else ', return_sequences=True'})"
                for inner in cells
                if inner.kind in ("SimpleRNNCell", "GRUCell", "LSTMCell")
            ]
            remedy = f": write a layer for each, such as {', '.join(calls)}" if len(calls) == len(several) > 0 else ""
            self.stop(session, "cell", f"an RNN of several cells isn't supported{remedy}")
        if cell is None or name not in ("SimpleRNN", "GRU", "LSTM"):
            text = cell.bound.name if cell is not None else self.bound.shown("cell")
            self.stop(
                session,
                "cell",
                f"an RNN of `{text}` isn't supported: use a SimpleRNNCell, GRUCell or LSTMCell, or write a layer",
            )
        values = {key: value for key, value in self.values.items() if key != "cell"} | cell.values
        twin = RecordedLayer(name, BoundCall(self.bound.site, self.bound.name, values), self.name, self.policy)
        return twin.kit()

    def _option(self, session: Session, name: str, value: Any) -> Any:
        bound = self.bound
        refused = keras_names()["numpy"].get(self.kind, {}).get(name, ())
        if is_numpy_number(value):
            plain = type(value.item())
            if "number" in refused and not is_a(value, plain):  # np.float64 is a float
                raise bound.error(
                    name,
                    f"{name} of {self.kind} must be a plain number, {plain.__name__}({text_of(value)}), as Keras "
                    "requires",
                )
            value = value.item()
        elif is_a(value, tuple | list) and "tuple" not in refused:
            value = type(value)(item.item() if is_numpy_number(item) else item for item in value)
        elif is_a(value, np.ndarray) and "array" not in refused and _takes_lengths(self.kind, name):
            value = value.tolist()
        if name == "name" and not is_a(value, str | None):
            raise bound.error(name, f"name must be a string, not {bound.shown(name)}")
        if name in WRAPPED:
            return self._wrapped(session, name, value)
        if name.endswith("activation"):
            return self._activation(session, name, value)
        if name.endswith("initializer"):
            return self._initializer(session, name, value)
        return tuple(value) if is_a(value, list) else value

    def _wrapped(self, session: Session, name: str, value: Any) -> Layer | None:
        if value is None:
            return None
        record = next(
            (inner for inner in self.inside if getattr(value, "_unrolled", None) in (inner, *inner.tracked)), None
        )
        if record is None:
            raise self.bound.error(
                name, f"{self.bound.name} wraps a layer, but `{self.bound.shown(name)}` isn't one that can be read"
            )
        return record.kit()

    def _activation(self, session: Session, name: str, value: Any) -> str:
        if value is None:
            return "linear"  # as in Keras
        if is_a(value, ActivationStandIn):
            value = value.name
        if not is_a(value, str):
            self.stop(
                session,
                name,
                f"write an activation by its name, such as 'tanh': `{self.bound.shown(name)}` isn't supported",
            )
        try:
            activation_of(value)
        except NumbersError as error:
            raise self.bound.error(name, str(error)) from error
        return value

    def _initializer(self, session: Session, name: str, value: Any) -> Any:
        if is_a(value, type) and issubclass(value, InitializerStandIn):
            value = value()
        try:
            if is_a(value, str | None):
                initializer = Initializer(snake_initializer(str(value)))
            elif is_a(value, InitializerStandIn):
                initializer = Initializer(value.kind, value.options)
            else:
                self.stop(
                    session,
                    name,
                    f"write an initializer by its name, such as 'zeros': `{text_of(value)}` isn't supported",
                )
        except NumbersError as error:
            raise self.bound.error(name, str(error)) from error
        return initializer if initializer.options else initializer.kind

    def check_silent(self) -> None:
        """Validate arguments that don't affect any number, as Keras does when the layer is created."""
        for name, value in self.values.items():
            if not holds_unknown(value):
                problem = silent_problem(name, value)
                if problem:
                    raise self.bound.error(name, f"{name} must be {problem}, not {self.bound.shown(name)}")

    def shape_said(self) -> tuple[str, Sequence[Any]] | None:
        """Find the input shape if the layer gives it: the name of the argument, and its numbers."""
        if self.kind == "Embedding":
            value = self.values.get("input_length")
            if value is not None:
                return "input_length", tuple(value) if is_a(value, tuple | list) else (value,)
        elif self.values.get("input_dim") is not None and "input_dim" not in signature_of_kind(self.kind).by_place:
            return "input_dim", (self.values["input_dim"],)
        value = self.values.get("input_shape")
        if value is None:
            return None
        return "input_shape", value

    def calls(self) -> tuple[Call, ...]:
        """Return the call that creates the layer, then those of wrapped layers that the code creates separately."""
        bound = self.bound
        by_place = signature_of_kind(self.kind).by_place  # Embedding's `input_dim` isn't a shape
        arguments = [
            entry
            for name in bound.values
            if name not in SHAPES or name in by_place
            for entry in bound.argument(name, self._noted(name))
        ]
        sizes: list[Argument] = []
        shape = self.shape_said()
        if shape is not None:
            argument, numbers = shape
            names = size_names(numbers, self.kind) if is_a(numbers, tuple | list) else ()
            sizes = list(bound.sizes(argument, numbers, names)) if names else []
        apart: list[Call] = []
        for inner in self.inside:
            line, call = bound.line, inner.bound.site.call
            if line is not None and call is not None and _holds(bound.site, inner.bound.site):
                for inner_argument in inner.calls()[0].arguments:
                    node = inner.bound.expressions.get(inner_argument.name)
                    if node is not None:
                        arguments.append(line.argument(inner_argument.name, node, inner_argument.value))
                if not sizes and inner.shape_said() is not None:
                    argument, numbers = inner.shape_said()  # type: ignore[misc]
                    shifted = BoundCall(bound.site, bound.name, inner.values, inner.bound.expressions)
                    sizes = list(shifted.sizes(argument, numbers, size_names(numbers, inner.kind)))
            else:
                apart += inner.calls()
        return (bound.call([*arguments, *sizes]), *apart)

    def _noted(self, name: str) -> Any:
        """Return the value a model keeps of an argument: something comparable, or None."""
        if name in WRAPPED:
            return None
        value = self.values[name]
        if self.kind in known() or self.kind == "RNN":
            value = getattr(self.kit(), name, value)
        value = tuple(value) if is_a(value, list) else value
        return value if is_a(value, str | int | float | tuple | Layer | None) else None


class RecordedWeight(RecordedLayer):
    """A weight that an author's own layer or model creates for itself, as a layer that has nothing else."""

    def check(self) -> None:
        """Validate the shape, unless it isn't known, and the initializer, as Keras does when the weight is created."""
        shape, bound = self.values.get("shape"), self.bound
        if is_a(shape, str):
            raise bound.error("shape", f"add_weight takes a name by keyword only: add_weight(name={shape!r}, shape=…)")
        if not (shape is None or holds_unknown(shape)):
            lengths = list(shape) if is_a(shape, list | tuple | np.ndarray) else [shape, ""]
            if any(length is None for length in lengths):
                raise bound.error(
                    "shape",
                    f"a weight needs all its lengths, but here it gets the shape {text_of(shape)} (Keras: Shapes used "
                    "to initialize variables must be fully-defined)",
                )
            if any(is_a(length, bool) or not is_a(length, int | np.integer) or length < 0 for length in lengths):
                raise bound.error(
                    "shape", f"shape must be a tuple of whole numbers, such as (3, 2), not {bound.shown('shape')}"
                )
        initializer = self.values.get("initializer")
        if is_a(initializer, str) and snake_initializer(initializer) not in (*_initializers(), *ALIASES):
            near = meant(snake_initializer(initializer), _initializers()) or f"; it has {', '.join(_initializers())}"
            raise bound.error("initializer", f"Keras has no initializer {initializer!r}{near}")
        self.check_silent()

    def size(self) -> Shape | None:
        """Return the shape; None if it isn't known."""
        shape = self.values.get("shape")
        return None if holds_unknown(shape) else tuple(int(length) for length in (() if shape is None else shape))

    def shapes_given(self) -> tuple[OpenShape, ...]:
        """Return the shape of a single number: it exists without an input."""
        return ((),)

    def calls(self) -> tuple[Call, ...]:
        """Return the call that creates it."""
        return (self.bound.call([]),)

    def _read(self) -> Layer:
        size, problem = self.size(), find_unknown(self.values.get("shape"))
        if size is None:
            message = "can't tell how many numbers this weight has"
            self.stop(current_session(), "shape", message if problem is None else why_unknown(problem, message))
        initializer = self.values.get("initializer")
        weight = OwnWeight(size, self.kind, name=self.name)
        if is_a(initializer, str | type | InitializerStandIn):
            with suppress(CodeError):  # Keras has more initializers than the kit, and this weight can have any numbers
                return replace(
                    weight, weight_initializer=self._initializer(current_session(), "initializer", initializer)
                )
        return weight


class RecordedOperation(RecordedLayer):
    """A function of tensors, as a layer that has nothing but shapes."""

    def __init__(self, bound: BoundCall, name: str, kit: Layer) -> None:
        super().__init__("Opaque", bound, name)
        self._kit, self.is_arithmetic = kit, True

    def copy(self) -> RecordedLayer:
        """Copy it."""
        return RecordedOperation(self.bound, self.name, self.kit())

    def calls(self) -> tuple[Call, ...]:
        """Return the call that computes it."""
        return (self.bound.call([]),)


@cache
def _initializers() -> tuple[str, ...]:
    """List the initializers of Keras by their short names."""
    no_initializers = {"get", "serialize", "deserialize", "initializer"}
    named = dict.fromkeys(map(snake_initializer, keras_names()["modules"]["initializers"]))
    return tuple(name for name in named if name not in no_initializers)


def _takes_lengths(kind: str, name: str) -> bool:
    """Return whether an option of a kind of layer is one whole number for each axis."""
    annotations = {option.name: str(option.type) for option in fields(known()[kind])} if kind in known() else {}
    return any(word in annotations.get(name, "") for word in ("tuple[int", "Sequence[int", "Sizes", "Axes"))


def signature_of_kind(kind: str) -> Any:
    """Return the signature of a kind of layer, including layers added to the kit."""
    if kind in keras_names()["layers"]:
        return signature_of(kind)
    return added_signature(kind, known()[kind])


def _holds(outer: Site, inner: Site) -> bool:
    """Return whether the text of one call contains another."""
    a, b = outer.call, inner.call
    if a is None or b is None or outer.block is not inner.block or a is b:
        return False
    return (a.lineno, a.col_offset) <= (b.lineno, b.col_offset) and (b.end_lineno or 0, b.end_col_offset or 0) <= (
        a.end_lineno or 0,
        a.end_col_offset or 0,
    )


@dataclass(frozen=True)
class ActivationStandIn:
    """A Keras activation function, by name."""

    name: str

    @property
    def __name__(self) -> str:
        """The name, as on a function."""
        return self.name

    def __repr__(self) -> str:
        return f"keras.activations.{self.name}"

    def __call__(self, *values: Any, **options: Any) -> Any:
        """Apply the activation to a tensor, without options."""
        if options or len(values) != 1 or not is_a(getattr(values[0], "_unrolled", None), Value):
            return not_read(f"{self.name}(…)")
        layer = current_session().keras.layer_class("Activation")(self.name)
        layer._unrolled.is_arithmetic = True
        return layer(values[0])


class InitializerStandIn:
    """A Keras initializer and its options."""

    kind = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        order = (*ORDER.get(self.kind, ()), "seed")
        options = dict(zip(order, args, strict=False)) | kwargs
        self.options = {name: value for name, value in options.items() if name != "seed"}

    def __call__(self, shape: Any = None, **_: Any) -> Any:
        """Return weights of a shape, whose numbers are unknown."""
        return unknown(f"{self.kind}(…)", "differs each time", tuple(shape) if is_shape(shape) else None)


def snake_initializer(name: str) -> str:
    """Convert an initializer's name to Keras's short form."""
    short = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return SHORT.get(short, short)
