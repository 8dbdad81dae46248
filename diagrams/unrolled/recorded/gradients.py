"""Exact derivatives of recorded arrays, by passing them back through the operations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .operations import Made, Values


def gradients(
    result: Made,
    *of: Made,
    places: Sequence[int] | None = None,
    direct: bool = False,
    nearest: int | None = None,
) -> list[Values]:
    """Differentiate numbers of a result by all numbers of other arrays: (numbers, *shape) for each.

    `places` are those of the numbers, by default all. With `direct`, the other arrays are ends: what one of them does
    to another is left out. With `nearest`, only so many arrays before the result are looked at, the latest first; the
    derivatives by earlier ones are 0.
    """
    wanted = {array.number for array in of}
    ends = wanted if direct else set()
    arrays: dict[int, Made] = {}
    waiting = {result.number: result}
    while waiting and (nearest is None or len(arrays) < nearest):
        array = waiting.pop(max(waiting))
        arrays[array.number] = array
        for operand in array.of if array is result or array.number not in ends else ():
            if isinstance(operand, Made):
                waiting[operand.number] = operand
    needed = wanted & arrays.keys()
    for number in sorted(arrays):  # operands are made before their results
        if any(isinstance(source, Made) and source.number in needed for source in arrays[number].of):
            needed.add(number)
    chosen_places = range(result.size) if places is None else places
    seeds = np.zeros((len(chosen_places), result.size))
    seeds[range(len(chosen_places)), chosen_places] = 1
    onward = {result.number: seeds.reshape(-1, *result.shape)}
    derivatives = {}
    for number in sorted(arrays, reverse=True):
        if number not in onward:
            continue
        array, slope = arrays[number], onward.pop(number)
        if number in wanted:
            derivatives[number] = slope
        is_end = array.operation is None or number not in needed or (number in ends and array is not result)
        for at, operand in enumerate(() if is_end else array.of):
            if isinstance(operand, Made) and operand.number in needed:
                assert array.operation is not None
                pulled = array.operation.pull(array, slope, at)
                onward[operand.number] = onward[operand.number] + pulled if operand.number in onward else pulled
    zeros = [np.zeros((len(seeds), *array.shape)) for array in of]
    return [derivatives.get(array.number, zero) for array, zero in zip(of, zeros, strict=True)]
