"""Four sentences as the batch that goes into the layer of the code above."""

from unrolled import Picture, read_keras, tensor

SENTENCES = ["I am groot", "You are kind", "We like trees", "They grow slowly"]


def draw(code: str) -> Picture:
    """Set the sentence of the guide off."""
    return tensor(read_keras(code), SENTENCES)
