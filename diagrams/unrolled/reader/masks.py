"""The masks that Keras attaches to tensors while it builds a model, and again while the model runs.

While code connects symbolic tensors, `Layer.__call__` attaches a mask to what each layer returns, and the graph keeps
the mask that it gives to a layer with a `mask` argument. When the model runs, layer by layer, those masks are given
again, and all others are attached anew, to the tensors themselves: a MultiHeadAttention takes the masks off its inputs,
wherever else they are read, and a layer that returns its very input shares its mask. See `keras.src.layers.layer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

from ..layers.layer import Layer
from ..model import MaskOf
from .graph import Application, Ends, Graph, GraphLayer, Mask, Operation, Value
from .places import Site

TAKES_MASKS = (
    *(
        "SimpleRNN",
        "GRU",
        "LSTM",
        "RNN",
        "Bidirectional",
        "TimeDistributed",
        "BatchNormalization",
        "GlobalAveragePooling1D",
    ),
    *("Attention", "AdditiveAttention"),
)
"""Layers whose calls take a `mask`. So does Softmax, but the reader takes none for it."""


class Attached:
    """The masks on tensors, at one time."""

    def __init__(self) -> None:
        self._masks: dict[tuple[int, int], Mask] = {}
        self._same: dict[tuple[int, int], Value] = {}

    def copy(self) -> Attached:
        """Return the same masks, which can change apart from these."""
        copy = Attached()
        copy._masks, copy._same = dict(self._masks), dict(self._same)
        return copy

    def of(self, value: Value) -> Mask:
        """Return the mask on a tensor."""
        return self._masks.get(self._itself(value).key)

    def attach(self, value: Value, mask: Mask) -> None:
        """Attach a mask to a tensor, or take it off."""
        self._masks[self._itself(value).key] = mask

    def identify(self, value: Value, same: Value) -> None:
        """Note that a tensor is the same object as another."""
        self._same[value.key] = self._itself(same)

    def _itself(self, value: Value) -> Value:
        return self._same.get(value.key, value)


class KerasGraph(Graph):
    """A graph that follows the masks, as Keras does."""

    def __init__(self) -> None:
        super().__init__()
        self.attached = Attached()
        """The masks at this point of a run in the order of the code."""
        self._symbolic: dict[tuple[int, int], Mask] = {}
        """The masks on the symbolic tensors that code connects."""
        self._made: dict[Any, MaskOf[Value]] = {}
        self._is_repeating = False

    def apply(
        self,
        layer: GraphLayer,
        kit: Layer,
        inputs: Sequence[Value],
        states: Sequence[Value] | None,
        site: Site,
        masks: tuple[Mask, ...] | None = None,
    ) -> tuple[Value, ...]:
        """Apply a layer, and attach masks to its outputs."""
        returned = super().apply(layer, kit, inputs, states, site, masks)
        operation = self.operations[-1]
        if not self._is_repeating:
            self._run(operation, self.attached, {})
        if not self.applications and not layer.is_arithmetic:
            handed = masks or [self._symbolic.get(value.key) for value in inputs]
            if kit.takes_masks_off:
                handed = [self._symbolic.get(inputs[0].key)]
            for output in returned[: kit.masked_outputs([mask is not None for mask in handed])]:
                self._symbolic[output.key] = self.mask_of(kit, inputs, handed)
        return returned

    def noted(self, value: Value) -> tuple[Mask, ...] | None:
        """Return the mask that Keras notes for a layer called on a tensor alone; None if it notes none."""
        mask = None if self.applications else self._symbolic.get(value.key)
        return None if mask is None else (mask,)

    def mask_of(self, kit: Layer, inputs: Sequence[Value], masks: Sequence[Mask]) -> Mask:
        """Return the mask that a layer makes of its inputs and their masks."""
        if type(kit).mask_after is Layer.mask_after:
            return masks[0]
        key = id(kit), tuple(value.key for value in inputs), tuple(map(id, masks))
        return self._made.setdefault(key, MaskOf(kit, tuple(inputs), tuple(masks)))

    @contextmanager
    def application(self, layer: Any, given: Sequence[Value], is_graph: bool = False) -> Iterator[Application]:
        """Record that all operations in the meantime belong to this call."""
        outer = self._is_repeating
        self._is_repeating = outer or is_graph
        try:
            with super().application(layer, given, is_graph) as application:
                yield application
        finally:
            self._is_repeating = outer
        if is_graph and not outer:
            self._run(application, self.attached, {})
        if not self.applications and application.hands_masks_on:
            masks = application.masks or [self._symbolic.get(value.key) for value in application.first]
            self._symbolic |= zip(
                [value.key for value in application.returned], application.own_masks or masks, strict=False
            )

    @contextmanager
    def discarding(self) -> Iterator[None]:
        """Forget the operations in the meantime, but not that layers were built by them."""
        attached, self.attached = self.attached, self.attached.copy()
        operations, units = len(self.operations), self.applications[-1].units if self.applications else []
        before = len(units)
        try:
            yield
        finally:
            self.attached = attached
            del self.operations[operations:], units[before:]

    def pass_on(self, application: Application, attached: Attached, masks: Sequence[Mask]) -> None:
        """Attach the masks that an application passes on to those of its outputs that have none."""
        if application.hands_masks_on:
            for value, mask in zip(application.returned, application.own_masks or masks, strict=False):
                attached.attach(value, attached.of(value) or mask)

    def masks_read(self, ends: Ends) -> Mapping[Operation, tuple[Mask, ...]]:
        """Find the masks that the operations of a model read when it runs."""
        attached, read = Attached(), dict[Operation, tuple[Mask, ...]]()
        for unit in self.run_order(ends.inputs, ends.outputs, 0):
            self._run(unit, attached, read)
        return read

    def _run(self, unit: Operation | Application, attached: Attached, read: dict[Operation, tuple[Mask, ...]]) -> None:
        if isinstance(unit, Operation):
            read[unit] = self._run_operation(unit, attached)
            return
        masks = unit.masks or tuple(map(attached.of, unit.first))
        if unit.is_graph:
            for value, mask in zip(unit.first, masks, strict=True):
                if mask is not None:
                    attached.attach(value, mask)
            for inner in self.run_order(unit.first, unit.returned, unit.depth + 1):
                self._run(inner, attached, read)
            return
        differ = unit.own_masks is not None and any(
            now is not before for now, before in zip(masks, unit.before, strict=True)
        )
        if differ or any(attached.of(value) is not mask for value, mask in unit.seen):
            name, record = type(unit.layer).__name__, unit.layer._unrolled
            raise record.bound.site.error(
                f"Keras runs a model's layers in an order of its own, and {name} gets another mask then than where "
                "the code calls it, since a MultiHeadAttention takes the masks off its inputs: give it what no "
                "MultiHeadAttention reads"
            )
        for inner in unit.units:
            self._run(inner, attached, read)
        self.pass_on(unit, attached, masks)

    def _run_operation(self, operation: Operation, attached: Attached) -> tuple[Mask, ...]:
        """Attach masks to the outputs of an operation, and return those that it reads."""
        kit, inputs, masks = operation.kit, operation.inputs, operation.masks
        coming = tuple(map(attached.of, inputs))
        nothing: tuple[Mask, ...] = (None,) * len(inputs)
        if operation.layer.is_arithmetic:
            return nothing
        if kit.takes_masks_off:
            for value in inputs:
                attached.attach(value, None)
            handed = coming[:1]
            read = (coming[0], *(mask or fallback for mask, fallback in zip_longest((masks or ())[1:], coming[1:])))
        else:
            handed = coming if masks is None else masks
            # With initial states, a layer passes the mask on but reads every step: `Layer.__call__` only fills in the
            # `mask` argument if the call has a single tensor argument.
            read = nothing if masks is None and operation.states is not None else handed
        if kit.returns_its_input:
            attached.identify(Value(operation), inputs[0])
            return read
        for output in range(kit.masked_outputs([mask is not None for mask in handed])):
            attached.attach(Value(operation, output), self.mask_of(kit, inputs, handed))
        return read
