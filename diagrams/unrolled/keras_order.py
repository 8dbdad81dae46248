"""The order in which Keras lists a model's layers, and so the weights that `get_weights()` answers."""

from collections.abc import Sequence

from .model import Node, Tensor


def keras_order(nodes: Sequence[Node], outputs: Sequence[Tensor]) -> list[int]:
    """List the places of the layers that outputs hang on: the farthest from them first, as `map_graph` does."""
    finished: list[int] = []
    met: list[int] = []

    def visit(tensor: Tensor) -> None:
        if tensor.node is None or tensor.node in finished:
            return
        node = nodes[tensor.node]
        if node.place not in met:
            met.append(node.place)
        for each in node.sources:
            visit(each)
        finished.append(tensor.node)

    for output in outputs:
        visit(output)
    depths = _depths(nodes, finished)
    return sorted(met, key=lambda place: (-depths[place], met.index(place)))


def _depths(nodes: Sequence[Node], finished: Sequence[int]) -> dict[int, int]:
    """Count how many layers lie between each layer and the outputs; a layer that is used twice has the larger count."""
    of_nodes: dict[int, int] = {}
    of_places: dict[int, int] = {}
    for at in reversed(finished):
        node = nodes[at]
        depth = max(of_nodes.get(at, 0), of_places.get(node.place, 0))
        of_nodes[at] = of_places[node.place] = depth
        for each in node.sources:
            if each.node is not None:
                of_nodes[each.node] = max(of_nodes.get(each.node, 0), depth + 1)
    return of_places
