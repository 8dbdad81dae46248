"""Attention: for each query a mix of values, by how well the query fits their keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from .activations import activation_of
from .layer import (
    SeveralInputs,
    ShapeError,
    ShapeOnly,
    Trace,
    check_axes,
    check_choice,
    check_count,
    check_flags,
    check_whole,
    length_of,
)

if TYPE_CHECKING:
    from .initializers import Initializer
    from .layer import InitialState, Masks


@dataclass(frozen=True)
class Attention(SeveralInputs):
    """Dot-product attention over [query, value] or [query, value, key].

    The last two options are Keras's arguments of the call, not of the layer.
    """

    use_scale: bool = False
    score_mode: str = "dot"
    return_attention_scores: bool = field(default=False, kw_only=True)
    use_causal_mask: bool = field(default=False, kw_only=True)

    name_in_code: ClassVar[str] = "Attention"
    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        check_flags(self, "use_scale", "return_attention_scores", "use_causal_mask")
        check_choice("score_mode", getattr(self, "score_mode", "dot"), "dot", "concat")

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Name each weight and its shape: single numbers."""
        found: dict[str, Shape] = {"scale": ()} if self.use_scale else {}
        return {**found, "concat_score_weight": ()} if self.score_mode == "concat" else found

    def initializer(self, weight: str) -> str | Initializer:
        """A new layer's single numbers are 1."""
        return "ones"

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output's shape: a mixed value for each query, and the shares where they are returned."""
        value, key = more[0], more[-1]
        for each in (shape, value, key):
            check_axes(self, each, 2, "reads sequences (time_steps, features)")
        stretches = 1 in (shape[-1], key[-1]) and not self.multiplies
        if None not in (shape[-1], key[-1]) and shape[-1] != key[-1] and not stretches:
            raise ShapeError(
                f"{self.name_in_code} compares queries of {shape[-1]} numbers with keys of {key[-1]}: give both as many"
            )
        if None not in (value[0], key[0]) and value[0] != key[0]:
            raise ShapeError(f"{self.name_in_code} has {key[0]} keys and {value[0]} values: give each value its key")
        output: OpenShape = (*shape[:-1], value[-1])
        return (output, (*shape[:-1], key[0])) if self.return_attention_scores else (output,)

    @property
    def multiplies(self) -> bool:
        """Whether queries and keys are rated by their products."""
        return self.score_mode == "dot"

    def scores(self, weights: Weights, query: Array, key: Array) -> Array:
        """Rate how well each query fits each key: (queries, keys)."""
        scale = weights.get("scale", np.ones((), query.dtype))
        if self.score_mode == "dot":
            product: Array = (query @ key.T) * scale
            return product
        total: Array = np.tanh(scale * (query[:, None] + key[None])).sum(axis=-1)
        return weights["concat_score_weight"] * total

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Mix the values; what the mask of the values skips gets no share, and a skipped query is answered by 0."""
        if initial_state is not None:
            raise NumbersError(f"{self.name_in_code} has no state, so it takes no initial_state: leave it out")
        query, value, key = inputs[0], inputs[1], inputs[-1]
        rated = self.scores(weights, query, key)
        of_query, of_value = (masks[0], masks[1]) if masks else (None, None)
        kept = np.ones(rated.shape, np.bool_) if of_value is None else np.broadcast_to(of_value, rated.shape)
        if self.use_causal_mask:
            kept = kept & np.tri(*rated.shape, dtype=np.bool_)
        # Keras subtracts in 32 bits, where nothing else is left of what is skipped.
        skipped = rated.astype(np.float32) - np.float32(1e9)
        shares = activation_of("softmax")(np.where(kept, rated, skipped).astype(rated.dtype))
        mixed = shares @ value
        if of_query is not None:
            mixed = np.where(of_query[:, None], mixed, 0)
        first, *more = map(frozen, inputs)
        returned = (frozen(mixed), frozen(shares)) if self.return_attention_scores else (frozen(mixed),)
        after = self.mask_after(inputs, masks)
        trace = Trace(self, weights, first, returned, mask=of_query, mask_after=after)
        return replace(trace, more_inputs=tuple(more))


@dataclass(frozen=True)
class AdditiveAttention(Attention):
    """Attention that rates a query and a key by tanh of their sum."""

    use_scale: bool = True
    score_mode: str = field(default="dot", init=False, repr=False)

    name_in_code: ClassVar[str] = "AdditiveAttention"

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Name the scale and its shape: a number for each feature."""
        return {"scale": (length_of(self, shape),)} if self.use_scale else {}

    def initializer(self, weight: str) -> str | Initializer:
        """A new layer's scale is drawn."""
        return "glorot_uniform"

    @property
    def multiplies(self) -> bool:
        """Whether queries and keys are rated by their products: by their sums."""
        return False

    def scores(self, weights: Weights, query: Array, key: Array) -> Array:
        """Rate how well each query fits each key: (queries, keys)."""
        total: Array = np.tanh(query[:, None] + key[None])
        scaled: Array = (weights["scale"] * total if self.use_scale else total).sum(axis=-1)
        return scaled


@dataclass(frozen=True)
class MultiHeadAttention(ShapeOnly, SeveralInputs):
    """Several attentions side by side, over query, value and, if it is another, key.

    `return_attention_scores` is Keras's argument of the call, not of the layer.
    """

    num_heads: int
    key_dim: int
    value_dim: int | None = None
    use_bias: bool = True
    output_shape: int | tuple[int, ...] | None = field(default=None, kw_only=True)
    attention_axes: int | tuple[int, ...] | None = field(default=None, kw_only=True)
    use_gate: bool = field(default=False, kw_only=True)
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)
    return_attention_scores: bool = field(default=False, kw_only=True)

    name_in_code: ClassVar[str] = "MultiHeadAttention"
    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        check_count("num_heads", self.num_heads)
        check_count("key_dim", self.key_dim)
        if self.value_dim is not None:
            check_count("value_dim", self.value_dim)
        for name in ("output_shape", "attention_axes"):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name))
        check_flags(self, "use_bias", "use_gate", "return_attention_scores")

    def _parts(self, shape: OpenShape, *more: OpenShape) -> dict[str, tuple[Shape, Shape]]:
        """The kernel and the bias of each part, in the order of Keras's weights."""
        value, key = more[0], more[-1]
        if value[:-1] != key[:-1]:
            raise ShapeError(
                f"MultiHeadAttention gives each value a key, and their shapes are {value} and {key} (Keras: All "
                "dimensions of `value` and `key`, except the last one, must be equal)"
            )
        heads, width = self.num_heads, self.key_dim
        wide = self.value_dim or width
        answers = self._answers(shape)
        parts: dict[str, tuple[Shape, Shape]] = {
            "query": ((length_of(self, shape), heads, width), (heads, width)),
            "key": ((length_of(self, key), heads, width), (heads, width)),
            "gate": ((length_of(self, shape), heads, wide), (heads, wide)),
            "value": ((length_of(self, value), heads, wide), (heads, wide)),
            "attention_output": ((heads, wide, *answers), answers),
        }
        return parts if self.use_gate else {name: each for name, each in parts.items() if name != "gate"}

    def matrix_shape(self, weight: str, shape: Shape) -> Shape:
        """See each kernel as a matrix (inputs, outputs)."""
        if not weight.endswith("kernel"):
            return shape
        inputs = prod(shape[:2]) if weight.startswith("attention_output") else shape[0]
        return inputs, prod(shape) // inputs

    def _answers(self, shape: OpenShape) -> Shape:
        given: Any = self.output_shape
        if not given:
            return (length_of(self, shape),)
        return (given,) if isinstance(given, int) else tuple(given)

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Name each weight and its shape: a kernel and a bias for queries, keys, values and the answer."""
        found: dict[str, Shape] = {}
        for name, (kernel, bias) in self._parts(shape, *more).items():
            found[f"{name}_kernel"] = kernel
            if self.use_bias:
                found[f"{name}_bias"] = bias
        return found

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output's shape: an answer for each query, and the shares of each head where they are returned."""
        self._parts(shape, *more)
        output: OpenShape = (*shape[:-1], *self._answers(shape))
        return (output, (self.num_heads, shape[0], more[-1][0])) if self.return_attention_scores else (output,)

    def declared_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes that Keras expects: it takes as many keys for granted as there are queries."""
        output, *scores = self.output_shapes(shape, *more)
        return (output, *[(self.num_heads, shape[0], shape[0]) for _ in scores])
