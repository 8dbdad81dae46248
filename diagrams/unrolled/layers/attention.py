"""Attention layers: each query gets an average of the values, weighted by how well it matches their keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod, sqrt
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from ..i18n import gettext
from ..recorded.arrays import named
from .activations import activation_of
from .layer import (
    OUTPUT,
    SeveralInputs,
    ShapeError,
    Trace,
    agree,
    check_axes,
    check_choice,
    check_count,
    check_flags,
    check_number,
    check_whole,
    length_of,
    nested,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .initializers import Initializer
    from .layer import InitialState, Kept, Masks

SKIPPED = -1e9
"""The number Keras adds to the score of a masked key."""


QUERY, KEY, VALUE = gettext("query"), gettext("key"), gettext("value")
SCORE, SHARE, MIXED = gettext("score"), gettext("share"), gettext("weighted sum")
"""The names of what a head computes."""


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class AttentionTrace(Trace):
    """Everything an attention layer computes, for each head; plain attention has one head."""

    queries: Array = field(kw_only=True)
    """(heads, queries, key_dim); in plain attention, the first input."""
    keys: Array = field(kw_only=True)
    """(heads, keys, key_dim)."""
    values: Array = field(kw_only=True)
    """(heads, keys, value_dim)."""
    scores: Array = field(kw_only=True)
    """How well each query matches each key, scaled, before masking and softmax: (heads, queries, keys)."""
    kept: NDArray[np.bool_] = field(kw_only=True)
    """False where a key is masked for a query: (queries, keys)."""
    shares: Array = field(kw_only=True)
    """The attention weights, which are the softmax of the scores; each row adds up to 1: (heads, queries, keys)."""
    mixed: Array = field(kw_only=True)
    """The average of the values, weighted by the shares: (heads, queries, value_dim)."""
    gate: Array | None = field(default=None, kw_only=True)
    """What `use_gate` multiplies the averages by: (heads, queries, value_dim)."""


class Attending(SeveralInputs):
    """Base class of the attention layers: two or three inputs, and a trace of what was computed."""

    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 3
    return_attention_scores: bool
    use_causal_mask: bool

    @property
    def is_causal(self) -> bool:
        """Whether a query looks at no key after it, by an option of the layer."""
        return self.use_causal_mask

    def traced(
        self,
        weights: Weights,
        inputs: Sequence[Array],
        masks: Masks,
        answers: Array,
        *,
        returned_shares: Array,
        kept: NDArray[np.bool_],
        gate: Array | None = None,
        **computed: Array,
    ) -> AttentionTrace:
        """Build the trace, head by head; `returned_shares` has the shape in which the layer returns the weights."""
        first, *more = map(frozen, inputs)
        return AttentionTrace(
            self,
            weights,
            first,
            (frozen(answers), frozen(returned_shares)) if self.return_attention_scores else (frozen(answers),),
            more_inputs=tuple(more),
            mask=masks[0] if masks else None,
            mask_after=self.mask_after(inputs, masks),
            kept=kept,
            gate=None if gate is None else frozen(gate),
            **{name: frozen(values) for name, values in computed.items()},
        )


@dataclass(frozen=True)
class Attention(Attending):
    """Dot-product attention over [query, value] or [query, value, key].

    In Keras, the last two options are arguments of the call, not of the layer.
    """

    use_scale: bool = False
    score_mode: str = "dot"
    return_attention_scores: bool = field(default=False, kw_only=True)
    use_causal_mask: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        check_flags(self, "use_scale", "return_attention_scores", "use_causal_mask")
        check_choice("score_mode", getattr(self, "score_mode", "dot"), "dot", "concat")

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights, which are scalars, by name."""
        shapes: dict[str, Shape] = {"scale": ()} if self.use_scale else {}
        return {**shapes, "concat_score_weight": ()} if self.score_mode == "concat" else shapes

    def initializer(self, weight: str) -> str | Initializer:
        """Return ones, the initial value of the scalars."""
        return "ones"

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shapes: an average for each query, and the attention weights if returned."""
        value, key = more[0], more[-1]
        for input_shape in (shape, value, key):
            check_axes(self, input_shape, 2, "reads sequences (time_steps, features)")
        stretches = 1 in (shape[-1], key[-1]) and not self.multiplies
        if None not in (shape[-1], key[-1]) and shape[-1] != key[-1] and not stretches:
            raise ShapeError(
                f"{self.name_in_code} compares queries of {shape[-1]} numbers with keys of {key[-1]}: give both the "
                "same length"
            )
        if None not in (value[0], key[0]) and value[0] != key[0]:
            raise ShapeError(f"{self.name_in_code} has {key[0]} keys but {value[0]} values: give each value one key")
        output: OpenShape = (*shape[:-1], value[-1])
        return (output, (*shape[:-1], key[0])) if self.return_attention_scores else (output,)

    def takes_mask(self, number: int, mask: Shape, *shapes: OpenShape) -> bool:
        """Return whether an input can have a mask of this shape; that of the values may also differ by query."""
        by_query = number == 1 and not self.use_causal_mask and len(mask) == 2
        return agree(mask, (shapes[0][0], shapes[1][0]) if by_query else shapes[number][:1])

    @property
    def multiplies(self) -> bool:
        """Whether a score is the dot product of a query and a key."""
        return self.score_mode == "dot"

    def scores(self, weights: Weights, query: Array, key: Array) -> Array:
        """Compute how well each query matches each key: (queries, keys)."""
        scale = weights.get("scale", np.ones((), query.dtype))
        if self.score_mode == "dot":
            product: Array = (query @ key.T) * scale
            return product
        total: Array = np.tanh(scale * (query[:, None] + key[None])).sum(axis=-1)
        return weights["concat_score_weight"] * total

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Average the values. Masked values get no weight, and the output for a masked query is 0."""
        self.check_no_state(initial_state)
        query, value, key = inputs[0], inputs[1], inputs[-1]
        rated = named("score", self.scores(weights, query, key), SCORE)
        of_query, of_value = (masks[0], masks[1]) if masks else (None, None)
        kept = np.ones(rated.shape, np.bool_) if of_value is None else np.broadcast_to(of_value, rated.shape)
        if self.use_causal_mask:
            kept = kept & np.tri(*rated.shape, dtype=np.bool_)
        # Keras subtracts in float32, where nothing of the masked score survives.
        skipped = rated.astype(np.float32) + np.float32(SKIPPED)
        shares = activation_of("softmax")(np.where(kept, rated, skipped).astype(rated.dtype))
        shares = named("share", shares, SHARE)
        mixed = named("mixed", shares @ value, MIXED)
        answers = mixed if of_query is None else np.where(of_query[:, None], mixed, 0)
        return self.traced(
            *(weights, inputs, masks, answers),
            returned_shares=shares,
            queries=query[None],
            keys=key[None],
            values=value[None],
            scores=rated[None],
            kept=kept,
            shares=shares[None],
            mixed=mixed[None],
        )


@dataclass(frozen=True)
class AdditiveAttention(Attention):
    """Attention whose score is tanh(query + key), summed over the features."""

    use_scale: bool = True
    score_mode: str = field(default="dot", init=False, repr=False)

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Return the shape of the scale, one number for each feature, by name."""
        return {"scale": (length_of(self, shape),)} if self.use_scale else {}

    def initializer(self, weight: str) -> str | Initializer:
        """Return the initializer of the scale, which is random in a new layer."""
        return "glorot_uniform"

    @property
    def multiplies(self) -> bool:
        """Whether a score is a dot product; here it isn't."""
        return False

    def scores(self, weights: Weights, query: Array, key: Array) -> Array:
        """Compute how well each query matches each key: (queries, keys)."""
        total: Array = np.tanh(query[:, None] + key[None])
        scaled: Array = (weights["scale"] * total if self.use_scale else total).sum(axis=-1)
        return scaled


@dataclass(frozen=True)
class MultiHeadAttention(Attending):
    """Several attention heads in parallel, over query, value and optionally a separate key.

    Each head has its own kernels for queries, keys and values. Scores are divided by √key_dim, and the outputs of the
    heads pass through a final kernel (Vaswani et al., Attention Is All You Need, 2017, section 3.2.2). In Keras, the
    last three options are arguments of the call, not of the layer.

    >>> attention(MultiHeadAttention(2, 2), ["I", "am", "groot"])
    """

    takes_masks_off: ClassVar[bool] = True
    num_heads: int
    key_dim: int
    value_dim: int | None = None
    use_bias: bool = True
    output_shape: int | tuple[int, ...] | None = field(default=None, kw_only=True)
    attention_axes: int | tuple[int, ...] | None = field(default=None, kw_only=True)
    dropout: float = field(default=0.0, kw_only=True)
    sliding_window: int | None = field(default=None, kw_only=True)
    use_gate: bool = field(default=False, kw_only=True)
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)
    return_attention_scores: bool = field(default=False, kw_only=True)
    use_causal_mask: bool = field(default=False, kw_only=True)
    attention_mask: Any = field(default=None, kw_only=True)
    """False or 0 where a query must not look at a key: any array (queries, keys), kept as nested tuples."""

    shown_options: ClassVar[tuple[str, ...]] = ("num_heads", "key_dim")
    takes_a_list: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("num_heads", self.num_heads)
        check_count("key_dim", self.key_dim)
        if self.value_dim is not None:
            check_count("value_dim", self.value_dim)
        if self.sliding_window is not None:
            check_count("sliding_window", self.sliding_window)
        check_number("dropout", self.dropout, 0, 1)
        for name in ("output_shape", "attention_axes"):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name))
        check_flags(self, "use_bias", "use_gate", "return_attention_scores", "use_causal_mask")
        if self.attention_mask is not None:
            object.__setattr__(self, "attention_mask", self._one_mask(self.attention_mask))

    @property
    def is_causal(self) -> bool:
        """Whether a query looks at no key after it, by an option of the layer or by the mask of the call."""
        mask = self.attention_mask
        return self.use_causal_mask or (mask is not None and mask == nested(np.tri(*np.shape(mask), dtype=np.bool_)))

    def _one_mask(self, attention_mask: Any) -> Kept:
        """Return the mask of one sample, which all heads share."""
        try:
            mask = np.asarray(attention_mask)
        except ValueError:
            mask = np.asarray(None)
        if mask.dtype.kind not in "biuf":
            raise NumbersError(
                f"attention_mask must be an array of True and False, or of 1 and 0, not {attention_mask!r}"
            )
        if not 2 <= mask.ndim <= 4:
            raise NumbersError(
                f"attention_mask must have the shape (queries, keys), or (1, queries, keys), but its shape is "
                f"{mask.shape}: give it a row for each query"
            )
        for axis, length in zip(("sample of a batch", "head"), mask.shape[:-2], strict=False):
            if length != 1:
                raise NumbersError(
                    f"attention_mask has the shape {mask.shape}, a mask for each {axis}, but a figure shows one for "
                    f"all of them: give it the shape {mask.shape[-2:]}"
                )
        return nested(mask.reshape(mask.shape[-2:]).astype(np.bool_))

    def _parts(self, shape: OpenShape, *more: OpenShape) -> dict[str, tuple[Shape, Shape]]:
        """The kernel and bias of each part, in the order of Keras's weights."""
        value, key = more[0], more[-1]
        if value[:-1] != key[:-1]:
            raise ShapeError(
                f"MultiHeadAttention needs a key for each value, but their shapes are {key} and {value} (Keras: All "
                "dimensions of `value` and `key`, except the last one, must be equal)"
            )
        if len(shape) == 2:
            self.check_mask(shape[0], key[0])
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
        return parts if self.use_gate else {name: shapes for name, shapes in parts.items() if name != "gate"}

    def matrix_shape(self, weight: str, shape: Shape) -> Shape:
        """Treat each kernel as a matrix (inputs, outputs)."""
        if not weight.endswith("kernel"):
            return shape
        inputs = prod(shape[:2]) if weight.startswith("attention_output") else shape[0]
        return inputs, prod(shape) // inputs

    def _answers(self, shape: OpenShape) -> Shape:
        output_shape: Any = self.output_shape
        if not output_shape:
            return (length_of(self, shape),)
        return (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: a kernel and a bias for queries, keys, values and the output."""
        shapes: dict[str, Shape] = {}
        for name, (kernel, bias) in self._parts(shape, *more).items():
            shapes[f"{name}_kernel"] = kernel
            if self.use_bias:
                shapes[f"{name}_bias"] = bias
        return shapes

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shapes: a vector for each query, and each head's attention weights if they are returned."""
        self._parts(shape, *more)
        output: OpenShape = (*shape[:-1], *self._answers(shape))
        return (output, (self.num_heads, shape[0], more[-1][0])) if self.return_attention_scores else (output,)

    def check_mask(self, queries: int | None, keys: int | None) -> None:
        """Check that the mask has a row for each query and a column for each key, or a single one for all."""
        if self.attention_mask is None:
            return
        mask_shape = np.shape(self.attention_mask)
        if any(
            length not in (1, count) and count is not None
            for length, count in zip(mask_shape, (queries, keys), strict=True)
        ):
            raise ShapeError(
                f"attention_mask has the shape {mask_shape}, but there are {queries or 'any number of'} queries and "
                f"{keys or 'any number of'} keys: give it a row for each query, and in it True or False for each key"
            )

    def declared_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes Keras declares, which assume as many keys as queries."""
        output, *scores = self.output_shapes(shape, *more)
        return (output, *[(self.num_heads, shape[0], shape[0]) for _ in scores])

    def takes_mask(self, number: int, mask: Shape, *shapes: OpenShape) -> bool:
        """Return whether a mask of this shape fits: the first those of the queries, others those of the keys."""
        if number == 3 and len(mask) == 2:  # that of the call, with a row for each query, or one for all
            lengths = zip(mask, (shapes[0][0], shapes[-1][0]), strict=True)
            return all(length == 1 or None in (length, most) or length == most for length, most in lengths)
        return agree(mask, (shapes[0] if number == 0 else shapes[-1])[:1])

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Run every head, and combine their outputs.

        A query with every key masked attends to all of them equally, or to none if Keras computes the weights
        separately: with `return_attention_scores` or dropout.
        """
        self.check_no_state(initial_state)
        if any(array.ndim != 2 for array in inputs) or self.attention_axes not in (None, 1, (1,), -2, (-2,)):
            raise NumbersError(
                f"{self.name_in_code} supports only sequences (time_steps, features), not "
                f"{' and '.join(str(array.shape) for array in inputs)}"
            )
        query, value, key = inputs[0], inputs[1], inputs[-1]
        queries, keys, values = (
            named(name, self._heads(weights, name, array), symbol)
            for name, array, symbol in (("query", query, QUERY), ("key", key, KEY), ("value", value, VALUE))
        )
        scores = named(
            "score", (queries * np.asarray(1 / sqrt(self.key_dim), queries.dtype)) @ keys.swapaxes(1, 2), SCORE
        )
        kept = self._kept(len(query), len(key), masks)
        shares = activation_of("softmax")(np.where(kept, scores, np.asarray(SKIPPED, scores.dtype)))
        if self.return_attention_scores or self.dropout:
            shares = np.where(kept, shares, 0)
        shares = named("share", shares, SHARE)
        mixed = named("mixed", shares @ values, MIXED)
        gate = activation_of("sigmoid")(self._heads(weights, "gate", query)) if self.use_gate else None
        gated = mixed if gate is None else mixed * gate
        kernel, bias = self.projection(weights, "attention_output")
        answers = np.tensordot(gated.swapaxes(0, 1), kernel, 2)
        answers = named("output", answers if bias is None else answers + bias, OUTPUT)
        return self.traced(
            *(weights, inputs, masks, answers),
            returned_shares=self.shares_returned(shares),
            queries=queries,
            keys=keys,
            values=values,
            scores=scores,
            kept=kept,
            shares=shares,
            mixed=mixed,
            gate=gate,
        )

    def _heads(self, weights: Weights, part: str, inputs: Array) -> Array:
        """Project the inputs for each head: (heads, time_steps, width)."""
        kernel, bias = self.projection(weights, part)
        seen: Array = np.tensordot(inputs, kernel, 1)
        return (seen if bias is None else seen + bias).swapaxes(0, 1)

    def projection(self, weights: Weights, part: str) -> tuple[Array, Array | None]:
        """Return the kernel and the bias of a part: (features, heads, width), and of the output (heads, width, …)."""
        return weights[f"{part}_kernel"], weights.get(f"{part}_bias")

    def shares_returned(self, shares: Array) -> Array:
        """Return the attention weights in the shape in which the layer returns them."""
        return shares

    def _kept(self, queries: int, keys: int, masks: Masks) -> NDArray[np.bool_]:
        """Combine the masks of the inputs, that of the call, the causal mask, and the window."""
        rows, columns = np.ogrid[:queries, :keys]
        kept = np.ones((queries, keys), np.bool_)
        if masks and masks[0] is not None:
            kept &= masks[0][:, None]
        for mask in masks[1:]:
            if mask is not None:
                kept &= mask
        if self.attention_mask is not None:
            kept &= np.array(self.attention_mask)
        if self.use_causal_mask:
            kept &= rows >= columns
        if self.sliding_window is not None:
            kept &= abs(rows - columns) < self.sliding_window
        return kept
