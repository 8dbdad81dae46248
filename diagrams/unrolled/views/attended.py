"""What an attention layer computes for the words it reads, for the views that draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

import numpy as np

from ..arrays import Weights
from ..description import STAGE, STEP
from ..errors import PictureError
from ..i18n import Clauses, Message, Series, Translatable, counted, gettext, known, quoted, text_of
from ..layers.attention import Attention, AttentionTrace, MultiHeadAttention
from ..layers.layer import Layer
from ..model import Argument, Call, Entry, Model, Node, Tensor
from ..palette import word_fills
from ..recorded.arrays import call_numbers
from .given import FEATURES, Inputs, Sentences, Words, entries_of, fit_words, model_of, of_word, traced
from .refusals import check_list, choose_layer, pick, refused

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MOST_SELECTED = 8
"""How many heads can be selected."""
DECIMALS = 2


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Attended:
    """The results of an attention layer, and the words of its queries and keys."""

    model: Model
    node: Node
    trace: AttentionTrace
    queries: tuple[str, ...]
    keys: tuple[str, ...]

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colour of each word."""
        return word_fills((*self.keys, *self.queries))

    @property
    def is_causal(self) -> bool:
        """Whether the mask hides exactly the words after each word."""
        kept = self.trace.kept
        return len(kept) > 1 and np.array_equal(kept, np.tri(*kept.shape))

    @property
    def mask_note(self) -> Message | None:
        """What the mask hides, if there is one."""
        if self.is_causal:
            return gettext("A causal mask hides whatever follows.")
        return None if self.trace.kept.all() else gettext("A mask hides some words: they get no share.")

    @property
    def step_called(self) -> str:
        """With a causal mask, words attend one after another; otherwise, looking at one at a time is only a stage."""
        return STEP if self.is_causal else STAGE

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """Find the arguments in the code for the number of heads and their size."""
        call = self.node.calls[0]
        arguments = {name: call.argument(name) for name in ("num_heads", "key_dim", "value_dim")}
        return {name: argument for name, argument in arguments.items() if argument is not None}

    def argument(self, *names: str) -> str | None:
        """Return the first of these arguments that the code sets."""
        return next((name for name in names if name in self.arguments), None)


def attended(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None,
    weights: Weights | Sequence[Weights] | None,
    which: int | str | None,
) -> Attended:
    """Run a model, select one of its attention layers, and find the words of its inputs."""
    fitted_model, sentences = fit_words(_model_of(model, words, embeddings), words)
    trace = traced(fitted_model, sentences, embeddings, weights)
    pairs = zip(fitted_model.nodes, trace.traces, strict=True)
    attending = [(node, layer_trace) for node, layer_trace in pairs if isinstance(layer_trace, AttentionTrace)]
    kinds = "Attention, AdditiveAttention or MultiHeadAttention"
    node, chosen = attending[
        choose_layer(fitted_model, [node for node, _ in attending], which, "attention layer", kinds)
    ]
    query_tensor, looked_at = node.inputs[0], node.inputs[-1]
    queries = _words(fitted_model, node, query_tensor, len(chosen.kept), sentences)
    keys = _words(fitted_model, node, looked_at, len(chosen.kept[0]), sentences)
    _call_numbers(chosen, queries, keys)
    return Attended(fitted_model, node, chosen, queries, keys)


def _call_numbers(trace: AttentionTrace, queries: Sequence[str], keys: Sequence[str]) -> None:
    """Say whose number each one is, and in which head, if there are several."""
    several = len(trace.shares) > 1

    def called(symbol: str, at: tuple[int, ...], of: Sequence[str], by: Sequence[str] = ()) -> str:
        name: str = of_word(of, symbol, at[-1:] if by else at[1:])
        if by:
            name = gettext("%(name)s for %(query)s", name=name, query=quoted(by[at[1]]))
        return gettext("%(symbol)s in head %(number)s", symbol=name, number=at[0] + 1) if several else name

    for array, words in ((trace.queries, queries), (trace.keys, keys), (trace.values, keys), (trace.mixed, queries)):
        call_numbers(array, partial(called, of=words))
    for array in (trace.scores, trace.shares):
        call_numbers(array, partial(called, of=keys, by=queries))


def _words(model: Model, node: Node, tensor: Tensor, steps: int, sentences: Sentences) -> tuple[str, ...]:
    """Find the words that reach an input of a layer."""
    entries = entries_of(model, [tensor])
    candidates = [sentences[entry] for entry in sorted(entries) if len(sentences[entry]) == steps]
    if len(entries) != 1 or not candidates:
        raise refused(
            model,
            node,
            f"{node.calls[0].text} reads {counted(steps, 'step')} that aren't the words of a single sentence",
        )
    return candidates[0]


def _model_of(model: Model | Layer, words: Words, embeddings: Inputs | None) -> Model:
    """Wrap a single layer in a model in which it attends to its own input."""
    if not isinstance(model, Attention | MultiHeadAttention):
        return model_of(model, words, embeddings)
    check_list(words)
    features = getattr(model, "embed_dim", FEATURES)
    shape = (len(words), features if embeddings is None else np.shape(cast("ArrayLike", embeddings))[-1])
    inputs, returned = (Tensor(None, 0), Tensor(None, 0)), model.output_shapes(shape, shape)
    node = Node(model, 0, inputs, None, (shape, shape), returned, (Call(f"{model.name_in_code}()", ()),))
    return Model((Entry(shape),), (node,), (Tensor(0),))


def choose_heads(head: int | Sequence[int] | None, count: int) -> tuple[int, ...]:
    """Return the indices of the selected heads; none if the view chooses. Raises PictureError for an invalid choice."""
    if head is None:
        return ()
    numbers = (head,) if isinstance(head, int | np.integer) else tuple(head)
    heads = tuple(pick(number, "head", count) for number in numbers)
    if not 1 <= len(set(heads)) == len(heads) <= MOST_SELECTED:
        raise PictureError(f"choose at most {MOST_SELECTED} different heads, not {list(numbers)}")
    return heads


def looked(layer_run: Attended, head: int, steps: Mapping[int, int], is_named: bool) -> Translatable:
    """Describe which word each of some words attends to most, from its step on, naming the head only once."""
    looks = []
    for row, step in steps.items():
        shares = layer_run.trace.shares[head][row]
        place = int(shares.argmax())
        looks.append(
            gettext(
                "%(word)s looks most at %(other)s (%(share)s)",
                word=quoted(layer_run.queries[row]),
                other=quoted(layer_run.keys[place]),
                share=known(text_of(float(shares[place]), DECIMALS), step, "flow"),
            )
        )
    if not looks or not is_named:
        return Clauses(*looks)
    return gettext("in head %(number)s, %(looks)s", number=head + 1, looks=Series(*looks))
