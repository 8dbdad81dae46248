"""A model that a script says itself, where no code is read."""

from .arrays import OpenShape
from .layers.layer import Layer
from .model import Call, Entry, Model, Node, Tensor


def stack(*layers: Layer, shape: OpenShape) -> Model:
    """Put layers upon one another, for code that is not read.

    `shape` is that of one sample, such as (3, 2), or (None, 2) for any number of time steps.

    >>> model_shapes(stack(LSTM(4), Dense(1), shape=(3, 2)))
    """
    nodes: list[Node] = []
    flowing, now = Tensor(None), shape
    for place, layer in enumerate(layers):
        layer.check_inputs(now)
        returned = layer.output_shapes(now)
        said = ", ".join(repr(getattr(layer, name)) for name in ("units", "n") if hasattr(layer, name))
        call = Call(f"{layer.name_in_code}({said})", ())
        nodes.append(Node(layer, place, (flowing,), None, (now,), returned, (call,)))
        flowing, now = Tensor(place), returned[0]
    return Model((Entry(shape),), tuple(nodes), (flowing,))
