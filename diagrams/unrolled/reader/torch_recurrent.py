"""Calls of torch's recurrent modules and of their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from ..layers.attention import Attending
from ..layers.merging import Concatenate
from ..layers.recurrent import Bidirectional
from ..layers.torch import Linear, TorchRecurrent
from .graph import Ends, Graph, GraphLayer, Operation, Value
from .places import Site
from .torch_modules import TorchLayer
from .torch_tensors import ONE, PackedSequence, SampleAxis, TorchTensor
from .unknown import is_a


class StatesTensor(TorchTensor):
    """The last states, (num_layers, batch, hidden_size), which are a stack only if code takes them for one."""

    def __init__(self, torch: Any, parts: Sequence[TorchTensor]) -> None:
        self._torch, self._parts = torch, parts
        self._stacked: TorchTensor | None = None
        place = parts[0]._place
        arrays = [np.stack(states) for states in zip(*(part._arrays for part in parts), strict=True)]
        super().__init__(arrays, None, None if place is None else place._replace(axis=place.axis + 1))

    @property
    def _unrolled(self) -> Value | None:
        if self._stacked is None:
            self._stacked = self._torch.applied("stack", (self._parts,), {})
        return self._stacked._unrolled

    @_unrolled.setter
    def _unrolled(self, value: Value | None) -> None:
        """Nothing is stacked yet."""

    @property
    def _outputs(self) -> Sequence[TorchTensor]:
        """The states of the last layer, unless code stacks them all."""
        return [self] if self._stacked is not None else self._parts[-1:]

    def squeezed(self, dim: Any = 0) -> TorchTensor | None:
        """Return the only state without the axis of the layers; None if there are several, or another axis is meant."""
        return self._parts[0] if len(self._parts) == 1 and dim in (0, -self.ndim) else None

    def _part(self, key: Any) -> Any:
        """Return the state of one layer, or a part of it; None if code asks for something else."""
        first, *rest = key if is_a(key, tuple) else (key,)
        if not is_a(first, int) or is_a(first, bool) or not -len(self._parts) <= first < len(self._parts):
            return None
        rest = [index for index in rest if index is not ...]
        state = self._parts[first]
        return state if all(index == slice(None) for index in rest) else state[tuple(rest)]


class SequenceTensor(TorchTensor):
    """What a recurrent module returns for each step; what it returns for the last one is its last state."""

    def __init__(self, tensor: TorchTensor, axis: int, last: TorchTensor) -> None:
        super().__init__(tensor._arrays, tensor._unrolled, tensor._place)
        self._axis, self._last = axis, last

    def _part(self, key: Any) -> Any:
        """Return the last step, if code asks for it; None otherwise."""
        keys = [*(key if is_a(key, tuple) else (key,))]
        if len(keys) == 2 and keys[0] is ...:
            return None
        keys = [index for index in keys if index is not ...]
        is_last = len(keys) > self._axis and is_a(keys[self._axis], int) and keys[self._axis] == -1
        rest = [index for at, index in enumerate(keys) if at != self._axis]
        return self._last if is_last and all(index == slice(None) for index in rest) else None


def records_of(record: TorchLayer) -> list[TorchLayer]:
    """List the records of the layers of a recurrent module, which is one for each of `num_layers`."""
    kit = record.kit()
    if not isinstance(kit, TorchRecurrent):
        return [record]
    if "levels" not in record.__dict__:
        levels = [TorchLayer(record.kind, record.bound, f"{record.name}_{at}") for at in range(kit.num_layers)]
        for layer, level in zip(levels, kit.levels, strict=True):
            layer.__dict__["_kit"] = level
        record.__dict__["levels"] = levels
    return list(record.__dict__["levels"])


def call_recurrent(torch: Any, leaf: Any, args: Sequence[Any], kwargs: dict[str, Any], site: Site) -> Any:
    """Run RNN, LSTM or GRU: `output, state = lstm(x, state)`."""
    tensor = args[0] if args else kwargs["input"]
    initial = args[1] if len(args) > 1 else kwargs.get("hx")
    if is_a(tensor, PackedSequence):
        output, states = _run(torch, leaf._record, tensor.padded, initial, tensor.axis, site)
        return tensor.over(output), states
    return _run(torch, leaf._record, tensor, initial, 0 if leaf._record.kit().batch_first else 1, site)


def _run(torch: Any, record: TorchLayer, tensor: TorchTensor, initial: Any, axis: int, site: Site) -> Any:
    """Return the outputs and the states of a recurrent module, given the axis along which it has the samples."""
    kit, place = cast("TorchRecurrent", record.kit()), tensor._place
    if place is None and tensor.ndim == 3 and tensor._arrays[ONE].shape[axis] == 1:
        flat = torch.applied("squeeze", (tensor, axis), {})
        output, states = _run(torch, record, flat, _without_batch(torch, initial), axis, site)
        several = states if is_a(states, tuple) else (states,)
        widened = tuple(torch.applied("unsqueeze", (state, 1), {}) for state in several)
        return torch.applied("unsqueeze", (output, axis), {}), widened if is_a(states, tuple) else widened[0]
    if (place is None and tensor.ndim != 2) or (place is not None and (place.axis != axis or not place.is_whole)):
        raise torch.misplaced(
            record.bound.text,
            site,
            f"reads (batch, time_steps, {kit.input_size})"
            if kit.batch_first
            else f"reads (time_steps, batch, {kit.input_size}), since batch_first isn't True,",
        )
    if place is not None and tensor.ndim != 3:
        raise torch.misplaced(record.bound.text, site)
    letters = len(kit.state_names)
    firsts = _initial(torch, kit, initial, site)
    parts: list[list[TorchTensor]] = [[] for _ in range(letters)]
    ways = 2 if kit.bidirectional else 1
    of_state = None if place is None else SampleAxis(0, True)
    for level, layer in enumerate(records_of(record)):
        states = None
        if firsts is not None:
            entering = [firsts[letter][level * ways + way] for way in range(ways) for letter in range(letters)]
            states = [state._unrolled for state in entering]
        returned = torch.record(layer, layer.kit(), [tensor], site, states)
        final = [torch.output(value, of_state) for value in returned[1:]]
        for way in range(ways):
            for letter in range(letters):
                parts[letter].append(final[way * letters + letter])
        tensor = torch.output(returned[0], place)
        if ways == 1:
            tensor = SequenceTensor(tensor, 0 if place is None or axis else 1, final[0])
    if place is not None and axis == 0:  # in memory, the steps still come first
        tensor._arrays = tuple(np.ascontiguousarray(array.swapaxes(0, 1)).swapaxes(0, 1) for array in tensor._arrays)
    last = tuple(StatesTensor(torch, tensors) for tensors in parts)
    return tensor, last if letters > 1 else last[0]


def _without_batch(torch: Any, states: Any) -> Any:
    if is_a(states, tuple | list):
        return tuple(_without_batch(torch, state) for state in states)
    if not is_a(states, TorchTensor) or states._is_known:
        return states
    return torch.applied("squeeze", (states, 1), {})


def _initial(torch: Any, kit: TorchRecurrent, states: Any, site: Site) -> list[list[TorchTensor]] | None:
    """Return the initial states by letter, then by layer; None if they are zeros."""
    if states is None:
        return None
    several = [*states] if is_a(states, tuple | list) else [states]
    name, letters = kit.name_in_code, kit.state_names
    if len(several) != len(letters):
        wanted = "(h, c)" if len(letters) > 1 else "one tensor"
        raise site.error(f"{name} begins with {wanted}, but gets {len(several)}: pass what it returned, or nothing")
    _check_states(name, several, site)
    count = kit.num_layers * (2 if kit.bidirectional else 1)
    if all(tensor._is_known for tensor in several):
        for state in several:
            shape = state._arrays[ONE].shape
            if shape[:1] != (count,) or shape[-1] != kit.hidden_size:
                raise site.error(
                    f"a state of {name} has the shape ({count}, batch, {kit.hidden_size}), but this one has "
                    f"{tuple(state.shape)}: make it so"
                )
        if not any(tensor._arrays[ONE].any() for tensor in several):
            return None
        several = [torch.constant(tensor, site) for tensor in several]
    by_letter = []
    for state in several:
        torch.enter_states(state, site)
        if is_a(state, StatesTensor):
            parts = [*state._parts]
        elif state._place is not None and state._place.axis != 1:
            raise site.error(f"a state of {name} has its samples along the second axis, but this one doesn't")
        else:
            parts = [state[at] for at in range(state._arrays[ONE].shape[0])]
        if len(parts) != count or any(part._sample != (kit.hidden_size,) for part in parts):
            raise site.error(
                f"a state of {name} has the shape ({count}, batch, {kit.hidden_size}), but this one has "
                f"{tuple(state.shape)}: make it so"
            )
        by_letter.append(parts)
    return by_letter


def _check_states(name: str, states: Sequence[Any], site: Site) -> None:
    for state in states:
        if not is_a(state, TorchTensor):
            raise site.error(
                f"a state of {name} is `{state!r}`, which isn't a tensor: write torch.zeros(…), or leave the states out"
            )


def call_cell(torch: Any, leaf: Any, args: Sequence[Any], kwargs: dict[str, Any], site: Site) -> Any:
    """Run a cell: `h, c = cell(x, (h, c))`."""
    record, kit = leaf._record, leaf._record.kit()
    tensor = args[0] if args else kwargs["input"]
    initial = args[1] if len(args) > 1 else kwargs.get("hx")
    letters = kit.whole().state_names
    states = [] if initial is None else [*initial] if is_a(initial, tuple | list) else [initial]
    if initial is not None and len(states) != len(letters):
        raise site.error(f"{kit.name_in_code} reads {len(letters)} states, but gets {len(states)}: (h, c)")
    _check_states(kit.name_in_code, states, site)
    if states and all(value._is_known for value in states) and not any(value._arrays[ONE].any() for value in states):
        states = []
    for state in states:
        torch.enter(state, site)
    place = tensor._place
    if any(value._place != place or value._unrolled is None for value in states) or (place and place.axis != 0):
        raise torch.misplaced(record.bound.text, site)
    if tensor.ndim != 1 + (place is not None):
        raise torch.misplaced(record.bound.text, site)
    returned = torch.record(record, kit, [tensor, *states], site)
    outputs = tuple(torch.output(value, place) for value in returned)
    return outputs if len(letters) > 1 else outputs[0]


def settled(graph: Graph, ends: Ends) -> Ends:
    """Let recurrent layers return what is used of them: each step, the last one, or also the states."""
    operations, _ = graph.dependencies(ends.outputs, ends.inputs)
    _share(operations, ends)
    moved = dict[tuple[int, int], Value]()
    kept = {value.key for value in ends.inputs}
    for operation in operations:
        layer, options = getattr(operation.kit, "layer", operation.kit), dict[str, Any]()
        if isinstance(layer, Attending):
            outputs = [value for reader in operations for value in reader.sources] + [*ends.outputs]
            if layer.return_attention_scores and not any(value.key == (id(operation), 1) for value in outputs):
                options = {"return_attention_scores": False}
                operation.kit = replace(layer, **options)
                object.__setattr__(operation.kit, "name_in_code", layer.name_in_code)
                operation.returned = operation.returned[:1]
        if not isinstance(layer, TorchRecurrent):
            continue
        readers = [reader for reader in operations if any(value.source is operation for value in reader.sources)]
        used = {value.output for reader in readers for value in reader.sources if value.source is operation}
        used |= {value.output for value in ends.outputs if value.source is operation}
        merged = _merged(operation, readers, ends)
        if merged is not None:
            moved[id(merged), 0] = Value(operation)
            used = set()
        is_whole = used == {0}
        has_states = not is_whole and not (used <= {1} and not isinstance(operation.kit, Bidirectional))
        options = {"return_sequences": 0 in used, "return_state": has_states and merged is None}
        changed = replace(layer, **options)
        operation.kit = replace(operation.kit, layer=changed) if isinstance(operation.kit, Bidirectional) else changed
        operation.returned = operation.kit.output_shapes(*(value.shape for value in operation.inputs))
        operation.layer.__dict__["_kit"] = operation.kit
        if not options["return_state"] and merged is None and 1 in used:
            moved[id(operation), 1] = Value(operation)

    def replacement(value: Value) -> Value:
        while value.key in moved and value.key not in kept:
            value = moved[value.key]
        return value

    for operation in operations:
        operation.inputs = tuple(map(replacement, operation.inputs))
        operation.states = None if operation.states is None else tuple(map(replacement, operation.states))
    return Ends(ends.inputs, [*map(replacement, ends.outputs)], ends.listed)


def _share(operations: Sequence[Operation], ends: Ends) -> None:
    """Let layers have the weights that they share; the first of a module counts them, as torch does."""
    records = [*{id(layer): layer for layer in (*ends.listed, *(user.layer for user in operations))}.values()]
    order = {id(layer): at for at, layer in enumerate(ends.listed)}
    sharing: dict[tuple[int, str], list[tuple[GraphLayer, str]]] = {}
    for record in records:
        for name, (tied, theirs) in record.ties.items():
            sharing.setdefault((id(tied), theirs), [(tied, theirs)]).append((record, name))
            if tied.weights is not None or record.weights is not None:
                values = tied.weight_values()[[*tied.weight_shapes()].index(theirs)]
                site = tied.weights_site or record.bound.site
                record.assign([*record.weight_shapes()].index(name), values, site)
    for group in sharing.values():
        listed = [layer for layer, _ in group if id(layer) in order]
        owner = min(listed, key=lambda layer: (is_a(layer, TorchLayer), order[id(layer)]), default=None)
        for record, name in group:
            if owner is None or record is owner or not is_a(record, TorchLayer):
                continue
            kit = cast("Linear", record.kit())
            record.__dict__["_kit"] = changed = replace(kit, shared=(*kit.shared, name))
            object.__setattr__(changed, "name_in_code", kit.name_in_code)
            for operation in operations:
                operation.kit = changed if operation.layer is record else operation.kit


def _merged(operation: Operation, readers: Sequence[Operation], ends: Ends) -> Operation | None:
    """Find the concatenation of both last states, if nothing else is used of a bidirectional layer."""
    if not isinstance(operation.kit, Bidirectional) or len(readers) != 1:
        return None
    (reader,), letters = readers, len(operation.kit.layer.state_names)
    if any(value.source is operation for value in ends.outputs) or not isinstance(reader.kit, Concatenate):
        return None
    outputs = [value.output if value.source is operation else 0 for value in reader.sources]
    return reader if outputs == [1, 1 + letters] else None
