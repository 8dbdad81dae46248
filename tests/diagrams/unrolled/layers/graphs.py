"""Models built by hand, like those read from code: any layer with any inputs, each with its line."""

from unrolled import Model
from unrolled.model import Argument, Call, Entry, Node, Tensor

CODE = "\n".join(f"line {number}" for number in range(1, 30))


class Graph:
    """A graph of layers; the first layer that is called is on line 1."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.nodes: list[Node] = []

    def input(self, *shape: int | None) -> Tensor:
        """Add an input."""
        self.entries.append(Entry(shape))
        return Tensor(None, len(self.entries) - 1)

    def put(self, layer, *inputs: Tensor, place: int | None = None) -> Tensor:
        """Call a layer; return its first output."""
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
        """Finish the model."""
        return Model(tuple(self.entries), tuple(self.nodes), outputs, CODE, **more)
