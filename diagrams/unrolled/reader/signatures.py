"""How Keras's layers are called: their arguments in order with their defaults, and what a call of the article says."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CodeError
from ..model import Argument, Call
from .places import OneLine, Site, meant
from .unknown import Session, find_unknown, is_a, is_numpy_number, text_of, why_unknown

# What these say is over when a trained layer answers: they change no number in a figure.
TRAINING_ONLY = frozenset(
    {"dropout", "recurrent_dropout", "seed", "trainable", "kernel_regularizer", "recurrent_regularizer"}
    | {"bias_regularizer", "activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint"}
    | {"embeddings_regularizer", "embeddings_constraint", "noise_shape", "beta_regularizer", "gamma_regularizer"}
    | {"beta_constraint", "gamma_constraint", "momentum"}
)
# How the machine computes; the numbers are the same.
MACHINERY = frozenset({"use_cudnn", "implementation", "autocast", "synchronized", "flash_attention"})
EVERY_LAYER: Mapping[str, Any] = {"input_shape": None, "input_dim": None}
"""What any layer takes by name besides its own arguments and those of `Layer`."""
MORE_BY_NAME: Mapping[str, Mapping[str, Any]] = {
    "Embedding": {"input_length": None},
    "GRU": {"implementation": 2},
    "LSTM": {"implementation": 2},
}
SAME: Mapping[str, Sequence[object]] = {"dtype": (None, "float32"), "data_format": (None, "channels_last")}
"""What some arguments may be said as and mean their default."""
INSTEAD: Mapping[str, str] = {
    "dtype": "a figure's numbers are float32",
    "weights": "give the weights in the script instead",
    "lora_rank": "it adds weights that no figure shows",
    "lora_alpha": "it scales weights that no figure shows",
    "quantization_config": "it rounds the weights",
    "data_format": "the kit computes with the channels last",
}
NEEDS: Mapping[str, str] = {
    "units": "{0} needs its units, a whole number: {0}(4, …)",
    "layer": "{0} needs the layer that it wraps: {0}(LSTM(4))",
    "input_dim": "{0} needs the number of words, and how many numbers each gets: {0}(1000, 2)",
    "output_dim": "{0} needs the number of words, and how many numbers each gets: {0}(1000, 2)",
    "n": "{0} needs the number of steps: {0}(3)",
    "rate": "{0} needs the share to drop: {0}(0.5)",
    "activation": "{0} needs the name of an activation: {0}('relu')",
}
REQUIRED = "..."


@cache
def keras_names() -> Mapping[str, Any]:
    """Read how Keras calls its layers and modules; `tools/keras_names.py` wrote this down."""
    return json.loads((Path(__file__).parent / "keras.json").read_text("utf-8"))  # type: ignore[no-any-return]


# What Keras takes for an argument that changes no number here.
REGULARIZERS = ("L1", "L1L2", "L2", "OrthogonalRegularizer", "l1", "l1l2", "l2", "orthogonal_regularizer")
CONSTRAINTS = ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "max_norm", "min_max_norm", "non_neg", "unit_norm")
INTEGERS = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
DTYPES = ("bool", "bfloat16", "float16", "float32", "float64", "string", "mixed_float16", "mixed_bfloat16", *INTEGERS)


def silent_problem(name: str, value: object) -> str | None:
    """Say what Keras wants for an argument that changes no number, if it refuses a value for it."""
    if name.endswith(("regularizer", "constraint")):
        known = REGULARIZERS if name.endswith("regularizer") else CONSTRAINTS
        return None if not isinstance(value, str) or value in known else f"one of {', '.join(known)}"
    match name:
        case "seed" if value is not None and not (isinstance(value, int) and 0 <= value < 2**32):
            return "a whole number from 0"
        case "dropout" | "recurrent_dropout" if not isinstance(value, int | float):
            return "a number"
        case "trainable" if not isinstance(value, bool):
            return "True or False"
        case "use_cudnn" if not (isinstance(value, bool) or value == "auto"):
            return "'auto', True or False"
        case "noise_shape" if not isinstance(value, tuple | list | None):
            return "a shape, such as (None, 1, 2)"
        case "dtype" if isinstance(value, str) and value not in DTYPES:
            return f"one of {', '.join(DTYPES)}"
        case "name" if not isinstance(value, str | None):
            return "a string"
    return None


def instead_of(name: str) -> str:
    """Say why an argument is not computed."""
    return INSTEAD.get(name, "the kit doesn't read it")


@dataclass(frozen=True)
class Signature:
    """A call: the arguments that may be given by their place, and those by name only, with their defaults."""

    name: str
    by_place: Mapping[str, Any]
    by_name: Mapping[str, Any]

    @property
    def defaults(self) -> dict[str, Any]:
        """All arguments; one without a default is REQUIRED."""
        return {**self.by_place, **self.by_name}

    def bind(self, site: Site, args: Sequence[Any], kwargs: Mapping[str, Any], name: str = "") -> BoundCall:
        """Pair what a call says with the names of the arguments. Raises CodeError as Keras would raise its own."""
        name = name or self.name
        expressions = _expressions(site, list(self.by_place), args, kwargs)
        if len(args) > len(self.by_place):
            raise site.error(f"{name} takes {len(self.by_place)} arguments, not {len(args)}")
        values = dict(zip(self.by_place, args, strict=False))
        for key, value in kwargs.items():
            where = site.argument(expressions.get(key))
            if key in values:
                raise where.error(f"{name} is given `{key}` twice: remove one")
            if key not in self.defaults:
                raise where.error(f"{name} has no argument `{key}`{self._meant(key)}")
            values[key] = value
        bound = BoundCall(site, name, values, expressions)
        for each, default in self.by_place.items():
            if default == REQUIRED and each not in values:
                needs = NEEDS.get(each, f"{{0}} needs `{each}`").format(name)
                raise site.error(f"{needs} (Keras: missing 1 required positional argument: '{each}')")
        return bound

    def _meant(self, key: str) -> str:
        if key == "batch_input_shape":
            return ": write Input(batch_shape=…) before it, as Keras 3 requires"
        return meant(key, self.defaults) or f"; it takes {', '.join(self.defaults)}"


def _expressions(
    site: Site, names: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, ast.expr]:
    """Find where the article writes each argument; what came by `*sizes` or by a partial stands nowhere."""
    call = site.call
    if call is None:
        return {}
    found: dict[str, ast.expr] = {}
    plain = next((at for at, each in enumerate(call.args) if isinstance(each, ast.Starred)), len(call.args))
    if plain < len(call.args) or plain == len(args):
        found |= dict(zip(names, call.args[:plain], strict=False))
    return found | {word.arg: word.value for word in call.keywords if word.arg and word.arg in kwargs}


@cache
def signature_of(kind: str) -> Signature:
    """Describe the call that makes a layer of Keras."""
    by_place, by_name = keras_names()["layers"][kind]
    common = keras_names()["layers"]["Layer"][1]
    more = {**common, **by_name, **MORE_BY_NAME.get(kind, {}), **EVERY_LAYER}
    if kind in ("SimpleRNN", "GRU", "LSTM"):
        more["zero_output_for_mask"] = False
    return Signature(kind, by_place, {name: value for name, value in more.items() if name not in by_place})


def added_signature(name: str, kind: type) -> Signature:
    """Describe the call of a layer that was added to the kit: by the fields of its class."""
    by_place: dict[str, Any] = {}
    by_name: dict[str, Any] = dict(keras_names()["layers"]["Layer"][1]) | dict(EVERY_LAYER)
    for each in fields(kind):
        if each.init:
            group = by_name if each.kw_only else by_place
            group[each.name] = REQUIRED if each.default is MISSING and each.default_factory is MISSING else each.default
    return Signature(name, by_place, {key: value for key, value in by_name.items() if key not in by_place})


MODEL = Signature("Model", {"inputs": REQUIRED, "outputs": REQUIRED}, {"name": None, "trainable": True})
SEQUENTIAL = Signature("Sequential", {"layers": None, "trainable": True, "name": None}, {})
INPUT = Signature(
    "Input",
    dict.fromkeys(("shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape", "name", "tensor"))
    | {"optional": False},
    {},
)


@dataclass
class BoundCall:
    """A call of the article that makes something: its values by name, and the expressions that give them."""

    site: Site
    name: str
    values: dict[str, Any]
    expressions: dict[str, ast.expr] = field(default_factory=dict)
    """Where the article writes an argument itself; not there for what came by `**options` or by a partial."""

    def at(self, name: str) -> Site:
        """Tell where an argument stands."""
        return self.site.argument(self.expressions.get(name))

    def error(self, name: str, message: str) -> CodeError:
        """Build an error that points at an argument."""
        return self.at(name).error(message)

    def shown(self, name: str) -> str:
        """Quote an argument, with its value where the text does not say it."""
        value = text_of(self.values[name])
        node = self.expressions.get(name)
        if node is None:
            return value
        text = self.site.block.written(node)
        says_less = value.startswith("<")  # `<function <lambda> at 0x7f…>`
        return f"{text}, which is {value}" if _is_computed(node) and text != value and not says_less else text

    @cached_property
    def line(self) -> OneLine | None:
        """The call on one line, where the article writes it out."""
        call = self.site.call
        return None if call is None else self.site.block.arguments_of(call, self.name)

    @property
    def text(self) -> str:
        """The call as a figure shows it."""
        if self.line is not None:
            return self.line.text
        shown = {name: "…" if is_a(value, np.ndarray) else text_of(value) for name, value in self.values.items()}
        return f"{self.name}({', '.join(f'{name}={value}' for name, value in shown.items())})"

    def argument(self, name: str, value: object) -> Iterator[Argument]:
        """Yield an argument with its place, if the article writes it out."""
        if self.line is not None and name in self.expressions:
            yield self.line.argument(name, self.expressions[name], value)

    def sizes(self, name: str, shape: Sequence[object], names: Sequence[str]) -> Iterator[Argument]:
        """Yield the numbers of a shape, each at its own place if the article writes the shape out."""
        node = self.expressions.get(name)
        if self.line is None or node is None:
            return
        parts: Sequence[ast.expr] = [node] * len(shape)
        if isinstance(node, ast.Tuple | ast.List):
            written = [each for each in node.elts if not isinstance(each, ast.Starred)]
            if len(written) == len(shape):
                parts = written
            elif len(written) == len(shape) + 1:  # with the batch before it
                parts = written[1:]
        for part, size, called in zip(parts, shape, names, strict=True):
            yield self.line.argument(called, part, size)

    def call(self, arguments: Sequence[Argument]) -> Call:
        """Make the call that a model keeps."""
        return Call(self.text, tuple(arguments), self.site.lineno)


def _is_computed(node: ast.expr) -> bool:
    return not isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.UnaryOp)


def checked_shape(
    session: Session, bound: BoundCall, argument: str, shape: Any, with_batch: bool = False
) -> tuple[Any, ...]:
    """Check the numbers of an input's shape. Raises CodeError, or stops the reading where one is unknown."""
    found = find_unknown(shape)
    if found is not None:
        session.stop(why_unknown(found, f"the {argument} {text_of(shape)} isn't known here"), bound.at(argument))
    if is_a(shape, np.ndarray):
        shape = shape.tolist()
    wanted = "positive whole numbers, such as (3, 2) for (time_steps, features)"
    if not is_a(shape, list | tuple):
        raise bound.error(argument, f"{argument} must be {wanted}, not {bound.shown(argument)}")
    numbers = tuple(each.item() if is_numpy_number(each) else each for each in shape)
    for at, each in enumerate(numbers):
        is_open = each is None and at <= with_batch
        if not is_open and (is_a(each, bool) or not is_a(each, int) or each < 1):
            if each is None and len(numbers) > at:
                raise bound.error(
                    argument,
                    f"{argument}={bound.shown(argument)} leaves open more than the number of time steps: put a "
                    "number there",
                )
            raise bound.error(argument, f"{argument} must be {wanted}, not {bound.shown(argument)}")
    return numbers
