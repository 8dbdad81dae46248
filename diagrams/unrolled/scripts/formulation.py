"""The form of the model in the code above: which of its steps have inputs, and which have outputs."""

from unrolled import Picture, formulation, read_keras


def draw(code: str) -> Picture:
    """Draw the form, which follows from the layers."""
    return formulation(read_keras(code))
