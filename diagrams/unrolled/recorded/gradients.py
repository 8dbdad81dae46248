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
    wanted = {each.number for each in of}
    ends = wanted if direct else set()
    made: dict[int, Made] = {}
    waiting = {result.number: result}
    while waiting and (nearest is None or len(made) < nearest):
        array = waiting.pop(max(waiting))
        made[array.number] = array
        for each in array.of if array is result or array.number not in ends else ():
            if isinstance(each, Made):
                waiting[each.number] = each
    needed = wanted & made.keys()
    for number in sorted(made):  # operands are made before their results
        if any(isinstance(each, Made) and each.number in needed for each in made[number].of):
            needed.add(number)
    asked = range(result.size) if places is None else places
    seeds = np.zeros((len(asked), result.size))
    seeds[range(len(asked)), asked] = 1
    onward = {result.number: seeds.reshape(-1, *result.shape)}
    found = {}
    for number in sorted(made, reverse=True):
        if number not in onward:
            continue
        array, slope = made[number], onward.pop(number)
        if number in wanted:
            found[number] = slope
        is_end = array.operation is None or number not in needed or (number in ends and array is not result)
        for at, each in enumerate(() if is_end else array.of):
            if isinstance(each, Made) and each.number in needed:
                assert array.operation is not None
                pulled = array.operation.pull(array, slope, at)
                onward[each.number] = onward[each.number] + pulled if each.number in onward else pulled
    zeros = [np.zeros((len(seeds), *each.shape)) for each in of]
    return [found.get(each.number, zero) for each, zero in zip(of, zeros, strict=True)]
