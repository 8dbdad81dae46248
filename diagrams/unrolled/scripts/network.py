"""The Dense layers of the code above as nodes and edges, with the activations for one sample."""

from unrolled import Picture, network, read_keras


def draw(
    code: str,
    inputs: list[float] | None = None,
    node: int = 1,
    layer: int | str | None = None,
) -> Picture:
    """Draw a node for each number, an edge for each weight, and the sum of one node.

    `inputs` are the input values, by default the kit's own. `node`, from 1, selects the node whose sum is written out,
    in the Dense layer that `layer` selects by number, from 1, or by name.
    """
    return network(read_keras(code), inputs, node=node, layer=layer)
