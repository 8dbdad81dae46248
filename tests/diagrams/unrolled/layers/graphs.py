"""Models put together by hand, as a reader of code does it: any layer over any inputs, each with its line."""

from __future__ import annotations

from unrolled import Model
from unrolled.model import Argument, Call, Entry, Node, Tensor

CODE = "\n".join(f"line {number}" for number in range(1, 30))


class Graph:
    """What flows between layers; the layer that is put to work first stands in line 1."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.nodes: list[Node] = []

    def input(self, *shape: int | None) -> Tensor:
        """Open an input."""
        self.entries.append(Entry(shape))
        return Tensor(None, len(self.entries) - 1)

    def put(self, layer, *inputs: Tensor, place: int | None = None) -> Tensor:
        """Put a layer to work; answer the first thing that it returns."""
        shapes = tuple(
            self.entries[each.output].shape if each.node is None else self.nodes[each.node].returned[each.output]
            for each in inputs
        )
        layer.check_inputs(*shapes)
        line = len(self.nodes) + 1
        units = [Argument("units", layer.units, str(layer.units), line, 0, 0, 1)] if hasattr(layer, "units") else []
        call = Call(f"{layer.name_in_code}()", tuple(units), line)
        at = place if place is not None else len({node.place for node in self.nodes})
        self.nodes.append(Node(layer, at, inputs, None, shapes, layer.output_shapes(*shapes), (call,)))
        return Tensor(len(self.nodes) - 1)

    def model(self, *outputs: Tensor, **more) -> Model:
        """End here."""
        return Model(tuple(self.entries), tuple(self.nodes), outputs, CODE, **more)
