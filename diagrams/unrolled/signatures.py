"""The arguments that Keras takes, and those of them that a figure shows."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from types import MappingProxyType

from .errors import CodeError
from .layers.simple_rnn import SimpleRNN
from .source import Source

# What these say is over when a trained layer answers: they change no number in a figure.
TRAINING_ONLY = frozenset(
    {"dropout", "recurrent_dropout", "seed", "trainable", "unroll", "kernel_regularizer", "recurrent_regularizer"}
    | {"bias_regularizer", "activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint"}
)

# What any recurrent layer takes by name, after its own arguments.
EVERY_LAYER = MappingProxyType(
    {"name": None, "dtype": None, "trainable": True, "input_shape": None, "input_dim": None, "autocast": True}
    | {"zero_output_for_mask": False}
)
# What Input and InputLayer both take first; their last arguments differ.
INPUT_ARGUMENTS = ("shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape")


@dataclass(frozen=True)
class Signature:
    """A callable of Keras: its arguments in order with their defaults, and how each of them is treated."""

    name: str
    defaults: Mapping[str, object]
    by_name_only: Mapping[str, object]
    read: frozenset[str]
    """Those that a figure shows."""
    ignored: frozenset[str]
    """Those that change nothing in a figure; any other must keep its default."""

    def bind(self, source: Source, call: ast.Call) -> dict[str, ast.expr]:
        """Pair the arguments of a call with their names; answer those that a figure shows."""
        bound: dict[str, ast.expr] = {}
        for name, value in self._named(source, call):
            if name in bound:
                raise source.error(f"{self.name} is given `{name}` twice: leave one out", value)
            self._check(source, name, value)
            bound[name] = value
        return {name: value for name, value in bound.items() if name in self.read}

    def _named(self, source: Source, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
        if len(call.args) > len(self.defaults):
            raise source.error(f"{self.name} takes {len(self.defaults)} arguments, not {len(call.args)}", call)
        pairs = [*zip(self.defaults, call.args, strict=False), *((word.arg, word.value) for word in call.keywords)]
        for name, value in pairs:
            if name is None or isinstance(value, ast.Starred):
                raise source.error(f"{self.name}'s arguments must be written out, not passed with *", value)
            yield name, value

    def _check(self, source: Source, name: str, value: ast.expr) -> None:
        known = {**self.defaults, **self.by_name_only}
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f": did you mean `{near[0]}`?" if near else f"; it takes {', '.join(known)}"
            raise source.error(f"{self.name} has no argument `{name}`{meant}", value)
        if name not in self.read | self.ignored and not self._keeps_default(source, value, known[name]):
            raise source.error(
                f"`{name}={source.written(value)}` is not drawn yet: leave it out of the code for this figure", value
            )

    @staticmethod
    def _keeps_default(source: Source, value: ast.expr, default: object) -> bool:
        try:
            return source.value(value) == default
        except CodeError:
            return False


def signature_of(layer: type[SimpleRNN]) -> Signature:
    """Describe a layer's call; a figure shows what the layer's class has a field for."""
    return Signature(
        name=layer.name_in_code,
        defaults=layer.keras_defaults,
        by_name_only=EVERY_LAYER,
        read=frozenset({"input_shape", *(field.name for field in fields(layer))}),
        ignored=TRAINING_ONLY,
    )


def _input(name: str, *last: str, by_name_only: Mapping[str, object] = MappingProxyType({})) -> Signature:
    """Describe a call that makes an input, by its last arguments; Keras tells by None that one is not given."""
    return Signature(
        name=name,
        defaults=dict.fromkeys((*INPUT_ARGUMENTS, *last)) | {"optional": False},
        by_name_only=by_name_only,
        read=frozenset({"shape", "input_shape"}),
        ignored=frozenset({"batch_size", "name", "dtype"}),
    )


INPUTS = {
    "Input": _input("Input", "name", "tensor", "optional"),
    "InputLayer": _input("InputLayer", "input_tensor", "optional", "name", by_name_only={"input_shape": None}),
}
