"""What an unrolled layer shows, whichever way it is turned: its cells, its names, its code."""

from dataclasses import dataclass

from ...layers.recurrent_trace import RecurrentTrace
from ...model import Argument, Model
from ...numbers import counted
from ...palette import word_fills
from ...shapes.vector import cells

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ROLES = {"units": "state", "time_steps": "steps", "features": "embedding"}
"""The arguments that a picture can be tied to, and the role of what each governs."""


@dataclass(frozen=True)
class Scene:
    """A layer, the words that it reads, and its numbers; `most` is how many cells of a vector a form has room for."""

    model: Model
    words: tuple[str, ...]
    trace: RecurrentTrace
    tied: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """The last step."""
        return len(self.words)

    def fill(self, step: int) -> str:
        """The fill of the word at a step."""
        return word_fills(self.words)[self.words[step - 1]]

    def state_cells(self, step: int, most: int) -> tuple[str, ...]:
        """Print the state after a step; 0 is the zero state."""
        return cells(self.trace.states[step].tolist(), most)

    def embedding_cells(self, step: int, most: int) -> tuple[str, ...]:
        """Print the vector of the word at a step."""
        return cells(self.trace.inputs[step - 1].tolist(), most, ahead=1)

    def state_name(self, step: int, most: int) -> str:
        """Name a state: `h₁`, with its size where not all of it is shown."""
        name = subscripted(step) if step else "zero state"
        whole = f"output = {name}" if step == self.last else name
        units = self.model.layer.units
        return whole if units <= most else f"{whole}, {units}"

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says what governs the picture."""
        found = {name: self.model.argument(name) for name in ROLES}
        return {name: argument for name, argument in found.items() if argument is not None}

    def is_tied(self, name: str) -> bool:
        """Tell whether the picture is tied to an argument, and the code says it."""
        return name in self.tied and name in self.arguments


def subscripted(step: int) -> str:
    """Write a state's name: `h₁`."""
    return "h" + str(step).translate(SUBSCRIPTS)


def more_steps(number: int) -> str:
    """Say how many steps are left out."""
    return counted(number, "more step")
