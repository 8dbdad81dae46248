"""Attention in torch: its module, its function, attention that code writes by hand, and Transformer layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from ..layers.layer import Layer, nested
from ..layers.torch import DotProductAttention, TensorAsPadding
from ..model import MaskOf
from .graph import Mask, Operation, Placeholder
from .places import Site
from .torch_functions import FUNCTIONS, SIGNS
from .torch_modules import Module, ModuleList
from .torch_tensors import LONGER, ONE, PRODUCTS, SampleAxis, TorchTensor
from .unknown import current_session, is_a

HIDING = -1e4
"""What is added to a score to hide a key is at most this."""
CALLED = ("query", "key", "value", "key_padding_mask", "need_weights", "attn_mask", "average_attn_weights", "is_causal")


def call_attention(torch: Any, leaf: Any, args: Sequence[Any], kwargs: Mapping[str, Any], site: Site) -> Any:
    """Run a MultiheadAttention: `output, weights = attention(query, key, value)`."""
    record, kit = leaf._record, leaf._record.kit()
    arguments = dict(zip(CALLED, args, strict=False)) | dict(kwargs)
    tensors: list[Any] = [arguments.get(name) for name in CALLED[:3]]
    query, key, value = tensors
    for name, tensor in zip(CALLED, tensors, strict=False):
        if not is_a(tensor, TorchTensor):
            raise site.error(f"MultiheadAttention is given no {name}: call it as attention(query, key, value)")
        torch.enter(tensor, site)
    axis, place = 0 if kit.batch_first else 1, query._place
    wanted = None if place is None else SampleAxis(axis, True)
    if any(entered._place != wanted or entered.ndim != 2 + (place is not None) for entered in tensors):
        order = "(batch, time_steps, features)" if kit.batch_first else "(time_steps, batch, features)"
        since = "" if kit.batch_first else ", since batch_first isn't True,"
        raise torch.misplaced(record.bound.text, site, f"reads {order}{since}")
    mask, is_causal = _mask_of(torch, arguments.get("attn_mask"), site)
    padding = _padding(torch, arguments.get("key_padding_mask"), key, site)
    if arguments.get("is_causal") and mask is None and not is_causal:
        raise site.error("is_causal=True only says what attn_mask is, so it needs attn_mask=… as well")
    options = {"return_attention_scores": bool(arguments.get("need_weights", True)), "use_causal_mask": is_causal}
    options |= {"average_attn_weights": bool(arguments.get("average_attn_weights", True)), "attention_mask": mask}
    kit = replace(kit, **options)
    tensors = [query, value] if key is value else [query, value, key]
    output, *weights = torch.record(record, kit, tensors, site, masks=(None, padding) if padding else None)
    of_weights = None if place is None else SampleAxis(0, True)
    shares = torch.output(weights[0], of_weights) if weights else None
    return torch.output(output, place), shares


def _mask_of(torch: Any, mask: Any, site: Site) -> tuple[Any, bool]:
    """Return which keys a query looks at, as nested tuples, and whether that is those up to its own."""
    if mask is None:
        return None, False
    if not is_a(mask, TorchTensor) or not mask._is_known:
        torch.session.stop("attn_mask is read if the code knows it, as torch.ones(3, 3).triu(1).bool()", site)
    kept = [_kept(array) for array in mask._arrays]
    if any(array is None for array in kept):
        torch.session.stop("attn_mask is read if it has True and False, or 0 and -inf", site)
    if all(
        array.shape == np.tri(*array.shape[-2:]).shape and (array == np.tri(*array.shape[-2:])).all() for array in kept
    ):
        return None, True
    if kept[ONE].shape != kept[LONGER].shape or kept[ONE].ndim != 2:
        torch.session.stop("attn_mask is read if it has a row for each query, in the same way for every head", site)
    return nested(kept[ONE]), False


def _padding(torch: Any, mask: Any, key: TorchTensor, site: Site) -> Mask:
    """Return which keys a `key_padding_mask` keeps of a sample; None if it keeps all."""
    if mask is None:
        return None
    if not is_a(mask, TorchTensor):
        raise site.error(f"key_padding_mask is `{mask!r}`, which isn't a tensor")
    torch.enter(mask, site)
    arrays, of_samples = mask._arrays, None if key._place is None else SampleAxis(0, True)
    if mask._sample[-1:] != key._sample[-2:-1] or mask.ndim != key.ndim - 1 or mask._place not in (None, of_samples):
        raise site.error(
            f"key_padding_mask has the shape (batch, keys), but this one has {tuple(mask.shape)}, and the keys have "
            f"{tuple(key.shape)}"
        )
    if mask._unrolled is not None:
        if arrays[ONE].dtype.kind != "b" and not isinstance(mask._unrolled.source, Placeholder):
            torch.session.stop("key_padding_mask is read if it has True, where there is padding, and False", site)
        return MaskOf(TensorAsPadding(), (mask._unrolled,), (None,))
    kept = [_kept(array) for array in arrays]
    if any(array is None for array in kept):
        torch.session.stop("key_padding_mask is read if it has True and False, or 0 and -inf", site)
    if all(array.all() for array in kept):
        return None
    rows = kept[ONE].reshape(-1, kept[ONE].shape[-1])
    if kept[ONE].shape != kept[LONGER].shape or (rows != rows[0]).any():
        torch.session.stop("key_padding_mask is read if all samples have the same, or if it follows from them", site)
    return nested(rows[0])


def _kept(mask: Any) -> Any:
    """Return True where a mask of torch lets a query look; None if it isn't a mask."""
    if mask.dtype.kind == "b":
        return ~mask
    return mask > HIDING if np.isin(mask, (0.0, -np.inf)).all() or (mask[mask != 0] <= HIDING).all() else None


def scaled_attention(
    torch: Any,
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    **_: Any,
) -> Any:
    """Run `F.scaled_dot_product_attention`, in which True in a mask is what a query looks at."""
    site = torch.session.site()
    for tensor in (query, key, value):
        torch.enter(tensor, site)
    if dropout_p:
        torch.session.stop("dropout_p drops at random, also in a trained model: pass 0.0")
    if attn_mask is not None and attn_mask._arrays[ONE].dtype.kind == "b":
        attn_mask = torch.applied("logical_not", (attn_mask,), {})
    mask, causal = _mask_of(torch, attn_mask, site)
    factor = scale or 1 / sqrt(query._arrays[ONE].shape[-1])
    kit = DotProductAttention(scale=factor, use_causal_mask=causal or is_causal, attention_mask=mask)
    attended = attend(torch, kit, "scaled_dot_product_attention", query, key, value, site)
    if attended is None:
        torch.session.stop("this attention reads (batch, time_steps, features), or heads before the steps")
    return attended[0]


def attend(torch: Any, kit: Layer, name: str, query: Any, key: Any, value: Any, site: Site) -> Any:
    """Record attention over tensors; return its output and its weights, or None if their axes don't fit."""
    place, sample = query._place, len(query._sample)
    tensors = [query, value] if key is value else [query, value, key]
    if any(tensor._place != place or len(tensor._sample) != sample or tensor._unrolled is None for tensor in tensors):
        return None
    if sample not in (2, 3) or (place is not None and not (place.axis == 0 and place.is_whole)):
        return None
    values = torch.recorded_as(kit, name, [tensor._unrolled for tensor in tensors], site, None)
    outputs = [torch.output(output, place) for output in values]
    return outputs[0], outputs[1] if len(outputs) > 1 else None


def written_attention(torch: Any, weights: Any, value: Any, site: Site) -> Any:
    """Return the output of attention that code writes out, `softmax(query @ key.T / scale) @ value`; None otherwise."""
    scores, words = _made_by(weights, FUNCTIONS["softmax"])
    if scores is None or not is_a(value, TorchTensor):
        return None
    dim = words.get("dim", scores[1] if len(scores) > 1 else None)
    if not is_a(dim, int) or dim % weights.ndim != weights.ndim - 1:
        return None
    product, scale, mask, is_causal = scores[0], 1.0, None, False
    while not any(product._by and product._by[0] is function for function in PRODUCTS):
        step = _step(product)
        if step is None:
            return None
        product, factor, kept = step
        scale *= factor
        if kept is not None:
            if mask is not None or is_causal or any(array.ndim < 2 for array in kept):
                return None
            kept = [array.reshape(array.shape[-2:]) if set(array.shape[:-2]) <= {1} else array for array in kept]
            is_causal = all(array.ndim == 2 and (array == np.tri(*array.shape)).all() for array in kept)
            if not is_causal and (kept[ONE].shape != kept[LONGER].shape or kept[ONE].ndim > 2):
                return None
            mask = None if is_causal else nested(kept[ONE])
    (query, turned), _ = product._by[1], product._by[2]
    key = _turned_from(turned)
    if key is None:
        return None
    step = _step(query)
    while step is not None and step[2] is None:
        query, scale = step[0], scale * step[1]
        step = _step(query)
    kit = DotProductAttention(scale=scale, use_causal_mask=is_causal, attention_mask=mask, return_attention_scores=True)
    attended = attend(torch, kit, "attention", query, key, value, site)
    if attended is None:
        return None
    output, shares = attended
    _drop(torch.keras.graph, weights._unrolled.source)
    if shares is not None and shares._sample == weights._sample:
        weights.__dict__["_unrolled"] = shares._unrolled
    return output


def _drop(graph: Any, operation: Any) -> None:
    """Draw nothing of an operation that only attention reads, nor of those before it, if no function is drawn alone."""
    readers = [reader for reader in graph.operations if any(used.source is operation for used in reader.sources)]
    if isinstance(operation, Operation) and all(reader.in_model for reader in readers):
        operation.in_model = True
        for value in operation.sources:
            _drop(graph, value.source)


def _made_by(tensor: Any, function: Callable[..., Any]) -> tuple[Any, Mapping[str, Any]]:
    """Return the arguments of the function that made a tensor; None if another one did."""
    by = tensor._by if is_a(tensor, TorchTensor) else None
    return (by[1], by[2]) if by and by[0] is function else (None, {})


def _step(tensor: TorchTensor) -> tuple[TorchTensor, float, Any] | None:
    """Undo a factor, or a mask, of scores: return the scores before, the factor, and which keys are kept."""
    if tensor._by is None:
        return None
    function, args, words = tensor._by
    if words or len(args) < 2 or not is_a(args[0], TorchTensor):
        return None
    number = _number(args[1])
    if function in (SIGNS["truediv"][1], FUNCTIONS["div"]) and number:
        return args[0], 1 / number, None
    if function in (SIGNS["mul"][1], FUNCTIONS["mul"]) and number is not None:
        return args[0], number, None
    if function is FUNCTIONS["masked_fill"] and is_a(args[1], TorchTensor) and args[1]._is_known:
        least = _number(args[2]) if len(args) > 2 else None
        return (args[0], 1.0, [~array for array in args[1]._arrays]) if least is not None and least <= HIDING else None
    if function is SIGNS["add"][1] and is_a(args[1], TorchTensor) and args[1]._is_known and args[1].ndim > 1:
        kept = [None if array.dtype.kind == "b" else _kept(array) for array in args[1]._arrays]
        return None if any(array is None for array in kept) else (args[0], 1.0, kept)
    return None


def _number(value: Any) -> float | None:
    if is_a(value, TorchTensor):
        return float(value._arrays[ONE]) if value._is_known and value._make is None and not value.ndim else None
    return float(value) if is_a(value, int | float) and not is_a(value, bool) else None


def _turned_from(tensor: TorchTensor) -> TorchTensor | None:
    """Return the tensor of which another is the transpose in its last two axes; None if there is none."""
    if not is_a(tensor, TorchTensor) or tensor._by is None:
        return None
    function, args, words = tensor._by
    ndim = tensor.ndim
    swapped = [*range(ndim - 2), ndim - 1, ndim - 2]
    if function is FUNCTIONS["transpose"]:
        axes = [axis % ndim for axis in (*args[1:], *words.values())]
        return args[0] if sorted(axes) == [ndim - 2, ndim - 1] else None
    if function is FUNCTIONS["permute"]:
        axes = [axis % ndim for axis in (args[1] if is_a(args[1], tuple | list) else args[1:])]
        return args[0] if axes == swapped else None
    if function in (FUNCTIONS["t"], FUNCTIONS["mT"]):
        return args[0] if ndim > 1 else None
    return None


def _nn(kind: str, *args: Any, **words: Any) -> Any:
    return current_session().torch.module_class(kind)(*args, **words)


def _activated(activation: Any) -> Callable[[Any], Any]:
    torch = current_session().torch
    if is_a(activation, str) and activation in ("relu", "gelu"):
        return lambda x: torch.applied(activation, (x,), {})
    return activation  # type: ignore[no-any-return]


class TransformerEncoderLayer(Module):
    """`nn.TransformerEncoderLayer`: attention and two Linear layers, each added to what it reads."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self._make(d_model, nhead, dim_feedforward, dropout, layer_norm_eps, batch_first, bias)
        self.norm_first, self.activation = norm_first, _activated(activation)

    attentions: Sequence[str] = ("self_attn",)

    def _make(self, size: int, heads: int, wide: int, rate: float, eps: float, first: bool, bias: bool) -> None:
        for name in self.attentions:
            setattr(self, name, _nn("MultiheadAttention", size, heads, dropout=rate, bias=bias, batch_first=first))
        self.linear1 = _nn("Linear", size, wide, bias=bias)
        self.dropout = _nn("Dropout", rate)
        self.linear2 = _nn("Linear", wide, size, bias=bias)
        numbers = range(1, len(self.attentions) + 2)
        for at in numbers:
            setattr(self, f"norm{at}", _nn("LayerNorm", size, eps=eps, bias=bias))
        for at in numbers:
            setattr(self, f"dropout{at}", _nn("Dropout", rate))

    def _added(self, x: Any, at: int, part: Callable[[Any], Any]) -> Any:
        """Add what a part makes of the stream, which is normalized before or after."""
        norm, dropout = getattr(self, f"norm{at}"), getattr(self, f"dropout{at}")
        return x + dropout(part(norm(x))) if self.norm_first else norm(x + dropout(part(x)))

    def _fed(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))

    def _attended(self, attention: Any, x: Any, memory: Any, mask: Any, padding: Any, is_causal: Any) -> Any:
        words = {"attn_mask": mask, "key_padding_mask": padding, "need_weights": False}
        if is_causal and mask is None:
            current_session().stop("is_causal=True only says what the mask is, so it needs the mask as well")
        return attention(x, memory, memory, **words)[0]

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        """Run the block."""

        def attended(x: Any) -> Any:
            return self._attended(self.self_attn, x, x, src_mask, src_key_padding_mask, is_causal)

        return self._added(self._added(src, 1, attended), 2, self._fed)


class TransformerDecoderLayer(TransformerEncoderLayer):
    """`nn.TransformerDecoderLayer`: it also looks at what an encoder returns."""

    attentions = ("self_attn", "multihead_attn")

    def forward(  # type: ignore[override]
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """Run the block."""

        def attended(x: Any) -> Any:
            return self._attended(self.self_attn, x, x, tgt_mask, tgt_key_padding_mask, tgt_is_causal)

        def looking(x: Any) -> Any:
            words = (memory_mask, memory_key_padding_mask, memory_is_causal)
            return self._attended(self.multihead_attn, x, memory, *words)

        return self._added(self._added(self._added(tgt, 1, attended), 2, looking), 3, self._fed)


class TransformerEncoder(Module):
    """`nn.TransformerEncoder`: copies of a layer, one after another."""

    def __init__(self, encoder_layer: Any, num_layers: int, norm: Any = None, *_: Any, **__: Any) -> None:
        super().__init__()
        self.layers = ModuleList([encoder_layer.copied() for _ in range(num_layers)])
        self.norm = norm
        self.num_layers = num_layers

    def forward(self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: Any = None) -> Any:
        """Run the layers."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """`nn.TransformerDecoder`: copies of a layer, one after another."""

    def __init__(self, decoder_layer: Any, num_layers: int, norm: Any = None) -> None:
        super().__init__()
        self.layers = ModuleList([decoder_layer.copied() for _ in range(num_layers)])
        self.norm = norm
        self.num_layers = num_layers

    def forward(self, tgt: Any, memory: Any, *masks: Any, **words: Any) -> Any:
        """Run the layers."""
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, **words)
        return tgt if self.norm is None else self.norm(tgt)


TRANSFORMERS: Mapping[str, type[Module]] = {
    module.__name__: module
    for module in (TransformerEncoderLayer, TransformerDecoderLayer, TransformerEncoder, TransformerDecoder)
}
