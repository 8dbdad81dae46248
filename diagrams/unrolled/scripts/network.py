"""The Dense layers of the code above as nodes and edges, with the numbers of one sample."""

from unrolled import Picture, network, read_keras


def draw(
    code: str,
    inputs: list[float] | None = None,
    node: int = 1,
    layer: int | str | None = None,
    language: str = "en",
) -> Picture:
    """Draw a node for each number, an edge for each weight, and the sum of one node.

    `inputs` are the numbers that go in; without them the kit takes its own. `node`, from 1, is the one whose sum is
    written out, in the Dense layer that `layer` names by its number, from 1, or by its name. `language` is that of the
    picture's own words.
    """
    picture = network(read_keras(code), inputs, node=node, layer=layer)
    return picture if language == "en" else picture.in_language(language)
