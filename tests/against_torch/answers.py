"""What torch answers; the only module here that needs it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .cases import SAMPLES, Answer, Case, numbers
from .modules import Reply, Written, weights


def answer_of_torch(drawn: Case) -> Answer | None:
    """Return what torch's layer answers for each sample of a batch; None if it refuses."""
    try:
        module = getattr(torch.nn, drawn.name)(**drawn.options).eval()
    except (ValueError, AssertionError, RuntimeError, IndexError, TypeError, ZeroDivisionError):
        return None
    state = {name: value for name, value in module.state_dict().items() if name != "num_batches_tracked"}
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    module.load_state_dict(
        {name: torch.tensor(numbers(shape, drawn.number, name)) for name, shape in shapes.items()}, strict=False
    )
    given = [torch.tensor(each) for each in drawn.inputs]
    try:
        with torch.no_grad():
            returned = _called(module, drawn, given)
    except (ValueError, AssertionError, RuntimeError, IndexError):
        return None
    count = sum(each.numel() for each in module.parameters())
    return Answer(shapes, count, [[each[sample].tolist() for each in returned] for sample in range(SAMPLES)])


def _called(module: torch.nn.Module, drawn: Case, given: list[Any]) -> list[np.ndarray]:
    """Call the module with the batch where it wants it; return everything, the batch first."""
    axis = drawn.batch_axis
    moved = [each.movedim(0, axis) for each in given]
    if drawn.is_recurrent:
        first = [each.movedim(0, 1) for each in given[1:]]
        states = () if not first else (tuple(first) if drawn.name == "LSTM" else first[0],)
        output, last = module(moved[0], *states)
        kept = last if isinstance(last, tuple) else (last,)
        return [output.movedim(axis, 0).numpy(), *(each.movedim(1, 0).numpy() for each in kept)]
    if drawn.name == "MultiheadAttention":
        query, value, key = moved
        output, shares = module(query, key, value, **drawn.call)
        return [output.movedim(axis, 0).numpy(), *([] if shares is None else [shares.numpy()])]
    if drawn.name == "LSTMCell":
        return [each.numpy() for each in module(given[0], *([tuple(given[1:])] if given[1:] else []))]
    return [module(*given).numpy()]


def reply_of_torch(module: Written) -> Reply | str:
    """Return what torch answers for each sample of a batch; why, if it refuses."""
    names: dict[str, Any] = {"__name__": "article"}
    try:
        exec(compile(module.code, "article", "exec"), names)
    except (ValueError, AssertionError, RuntimeError, IndexError) as error:
        return str(error)
    net = names["net"].eval()
    state = net.state_dict()
    shapes = [tuple(value.shape) for value in state.values()]
    net.load_state_dict(dict(zip(state, map(torch.tensor, weights(shapes, module.number)), strict=True)))
    with torch.no_grad():
        output = net(torch.tensor(module.inputs).movedim(0, module.batch_axis))
    axis = 1 if module.batch_axis == 1 and output.ndim == len(module.shape) + (2 if module.rows else 1) else 0
    count = sum(each.numel() for each in net.parameters())
    return Reply(shapes, count, output.movedim(axis, 0).tolist())
