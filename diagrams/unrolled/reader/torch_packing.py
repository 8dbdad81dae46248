"""Packed sequences of torch, whose samples are of different lengths; a figure shows one of the longest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..i18n import counted
from .places import Site
from .torch_recurrent import SequenceTensor
from .torch_tensors import BOTH, LONGER, ONE, WORLDS, PackedSequence, SampleAxis, Size, TorchTensor, apply, leaves
from .unknown import find_unknown, is_a, unknown, unknown_of


def pack_padded_sequence(
    torch: Any,
    input: Any,  # noqa: A002  (torch's own name)
    lengths: Any,
    batch_first: bool = False,
    enforce_sorted: bool = True,
) -> Any:
    """Pack a tensor, without the steps that no sample has."""
    problem = find_unknown([input, batch_first])
    if problem is not None:
        return unknown_of("pack_padded_sequence(…)", problem)
    site, axis = torch.session.site(), 0 if batch_first else 1
    if not is_a(input, TorchTensor):
        raise site.error(f"pack_padded_sequence is given `{input!r}`, which isn't a tensor")
    torch.take_for_data(input)
    torch.enter(input, site)
    place = input._place
    is_alone = place is None and input.ndim > 1 and input._arrays[ONE].shape[axis] == 1
    longest, steps = _longest(lengths, enforce_sorted, site), [array.shape[1 - axis] for array in input._arrays]
    if (place != SampleAxis(axis, True) and not is_alone) or (longest and longest[BOTH] != longest[ONE]):
        since = "" if batch_first else ", since batch_first isn't True,"
        order = "(batch, time_steps, …)" if batch_first else "(time_steps, batch, …)"
        raise torch.misplaced("pack_padded_sequence", site, f"reads {order}{since}")
    _check_count(lengths, 1 if is_alone else torch.samples, site)
    if longest not in (None, steps):
        if longest[ONE] != longest[LONGER] or longest[ONE] > min(steps):
            raise site.error(
                f"the longest length of pack_padded_sequence is {longest[ONE]}, but its input has "
                f"{input.shape[1 - axis]} steps: give the length of each sample without its padding"
            )
        input = torch.item(input, (*[slice(None)] * (1 - axis), slice(longest[ONE])))  # noqa: A001
    return PackedSequence(input, axis, lengths)


def _check_count(lengths: Any, samples: int | None, site: Site) -> None:
    """Check that there is a length for each sample, as far as both numbers are known."""
    if is_a(lengths, TorchTensor):
        sizes = {array.shape for array in lengths._arrays}
        count = sizes.pop()[0] if lengths._is_known and len(sizes) == 1 and lengths.ndim else None
    else:
        count = len(lengths) if is_a(lengths, list | tuple) else None
    if count is not None and samples is not None and count != samples:
        raise site.error(
            f"pack_padded_sequence gets {counted(count, 'length')}, but the code gives it {counted(samples, 'sample')} "
            "(PyTorch: Expected `len(lengths)` to be equal to batch_size): give each sample its length"
        )


def _longest(lengths: Any, is_sorted: bool, site: Site) -> Any:
    """Return how long the longest sample is in each world; None if the lengths aren't known."""
    values = leaves(lengths)
    if find_unknown(values) is not None or any(is_a(value, TorchTensor) and not value._is_known for value in values):
        return None
    longest = []
    for number in range(len(WORLDS)):
        numbers = np.concatenate([np.zeros(0), *(np.ravel(_at(value, number)) for value in values)])
        if not numbers.size or numbers.min() <= 0:
            raise site.error("the lengths of pack_padded_sequence must be greater than 0: leave empty samples out")
        if is_sorted and (np.diff(numbers) > 0).any():
            raise site.error(
                "the lengths of pack_padded_sequence must go down (PyTorch: `lengths` array must be sorted in "
                "decreasing order when `enforce_sorted` is True): write enforce_sorted=False"
            )
        longest.append(int(numbers.max()))
    return longest


def _at(length: Any, world: int) -> Any:
    if is_a(length, Size):
        return length._lengths[world]
    return length._arrays[world] if is_a(length, TorchTensor) else length


def pad_packed_sequence(
    torch: Any, sequence: Any, batch_first: bool = False, padding_value: float = 0.0, total_length: Any = None
) -> Any:
    """Return the tensor that is packed, with the samples along an axis, and their lengths."""
    problem = find_unknown([sequence, batch_first, total_length, padding_value])
    if problem is not None:
        return [unknown_of("pad_packed_sequence(…)", problem)] * 2
    site, axis = torch.session.site(), 0 if batch_first else 1
    if not is_a(sequence, PackedSequence):
        raise site.error(
            f"pad_packed_sequence is given `{sequence!r}`, which isn't packed: pass it to pack_padded_sequence before"
        )
    tensor, lengths = sequence.padded, sequence.lengths
    if axis != sequence.axis:
        tensor = _turned(torch, tensor, axis)
    steps = tensor.shape[1 - axis]
    if total_length is not None and total_length != steps:
        if total_length < steps:
            raise site.error(
                f"total_length={total_length} of pad_packed_sequence is less than the {steps} steps of the longest "
                "sample: make it longer"
            )

        def pad(input: Any) -> Any:  # noqa: A002  (torch's own name)
            missing = [(0, 0)] * input.ndim
            missing[1 - axis] = 0, total_length - input.shape[1 - axis]
            return np.pad(input, missing, constant_values=padding_value)

        tensor = apply(torch, "pad_packed_sequence", pad, (tensor,), {})
    if find_unknown(lengths) is not None:
        lengths = unknown("the lengths of pad_packed_sequence", "follow from those that it was given")
    return tensor, lengths if is_a(lengths, TorchTensor) else torch.known(lengths, {})


def _turned(torch: Any, tensor: TorchTensor, axis: int) -> TorchTensor:
    """Return a tensor with its samples along another axis, of which one of them knows nothing."""
    if tensor._place is None:
        return torch.applied("transpose", (tensor, 0, 1), {})  # type: ignore[no-any-return]
    turned = TorchTensor([array.swapaxes(0, 1) for array in tensor._arrays], tensor._unrolled, SampleAxis(axis, True))
    return SequenceTensor(turned, 1 - axis, tensor._last) if is_a(tensor, SequenceTensor) else turned


PACKING: Mapping[str, Callable[..., Any]] = {
    "PackedSequence": PackedSequence,
    "pack_padded_sequence": pack_padded_sequence,
    "pad_packed_sequence": pad_packed_sequence,
}
"""What `torch.nn.utils.rnn` has."""
