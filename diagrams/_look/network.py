"""`network`: a small one with given weights, one too large to be drawn in full, and one with many layers."""

from unrolled import Dense, Flatten, Picture, Weights, network, stack

HIDDEN = Weights(
    kernel=[[-1.4, -1.1, -0.9, -0.3], [-1.9, -0.2, -0.8, 0.8], [0.8, 1.2, 0.7, 0.3]], bias=[0.0, 0.0, 0.0, 0.0]
)
ANSWER = Weights(kernel=[[0.8, 1.6], [-0.7, 0.7], [0.1, 1.5], [-0.9, -0.4]], bias=[0.0, 0.0])


def draw() -> list[Picture]:
    """Range from every weight to a few of many."""
    small = stack(Dense(4, "tanh"), Dense(2, "softmax"), shape=(3,))
    image = stack(Flatten(), Dense(128, "relu"), Dense(10, "softmax"), shape=(28, 28))
    deep = stack(*(Dense(3, "tanh") for _ in range(9)), Dense(1), shape=(2,))
    return [network(small, [0.5, -0.2, 0.8], [HIDDEN, ANSWER]), network(image, layer=2, node=3), network(deep)]
