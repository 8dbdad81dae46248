"""What a loop shows: a layer, the words that it reads, and the names of its states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...i18n import gettext, ngettext
from ...layers.recurrent import Recurrent
from ...layout import shown_steps
from ...model import Argument, Model
from ...palette import word_fills

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
STATE_ROLES = {"h": "state", "c": "memory"}


@dataclass(frozen=True)
class Scene:
    """A model's recurrent layer over words, in the order in which it reads them; without words only the loop."""

    model: Model
    words: tuple[str, ...] = ()

    @property
    def layer(self) -> Recurrent:
        """The layer that is applied again and again."""
        return self.model.layer

    @property
    def last(self) -> int:
        """The last turn."""
        return len(self.words)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The words as they are read, from the last one where the layer goes backwards."""
        return self.words[::-1] if self.layer.go_backwards else self.words

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The turns that are drawn."""
        return shown_steps(self.last)

    @property
    def hidden(self) -> int:
        """How many turns are left out."""
        return self.last - len(self.shown)

    @property
    def more(self) -> str:
        """Say how many turns are left out."""
        return ngettext("%(num)s more step", "%(num)s more steps", self.hidden)

    @property
    def states(self) -> tuple[str, ...]:
        """The states that go round, an LSTM's memory first, since it runs along the top."""
        return tuple(reversed(self.layer.state_names))

    def fill(self, step: int) -> str:
        """The fill of the word that is read at a turn."""
        return word_fills(self.words)[self.order[step - 1]]

    def says(self, step: int) -> bool:
        """Tell whether the layer returns what it has after a turn."""
        return self.layer.return_sequences or step == self.last

    def output_name(self, step: int) -> str:
        """Name what the layer returns after a turn."""
        name = subscripted("h", step)
        return name if self.layer.return_sequences else gettext("output = %(state)s", state=name)

    @property
    def loop_output(self) -> str:
        """Say when the loop lets something out."""
        if self.layer.return_sequences:
            return gettext("h after every step")
        return gettext("h after the last step")

    @property
    def label(self) -> str:
        """The layer in the code's words."""
        return f"{self.layer.name_in_code}({self.layer.units})"

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says what governs the picture."""
        found = {name: self.model.argument(name) for name in ("units", "time_steps", "return_sequences")}
        return {name: argument for name, argument in found.items() if argument is not None}


def subscripted(name: str, step: int) -> str:
    """Write a state's name: `h₁`."""
    return name + str(step).translate(SUBSCRIPTS)
