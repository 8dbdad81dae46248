"""The traces of recurrent layers: their numbers at every turn."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..arrays import Array
from .layer import Trace


@dataclass(frozen=True, eq=False, kw_only=True)
class RecurrentTrace(Trace):
    """The numbers of a recurrent layer, in the order in which the layer reads its steps."""

    order: tuple[int, ...]
    """Which step of the input, from 0, is read at each turn; from the last one where `go_backwards` is set."""
    states: Array
    """(time_steps + 1, units): the initial state, then h after each turn."""
    memories: Array | None
    """The same of an LSTM's cell state c; None for other layers."""
    outputs: Array
    """(time_steps, units): what the layer says at each turn; the state, but for steps that a mask skips."""
    gates: Mapping[str, Array]
    """Each gate (time_steps, units) by name; not a number at turns that a mask skips."""

    @property
    def final(self) -> tuple[Array, ...]:
        """The last state, and an LSTM's last cell state: what the next sequence would begin with."""
        return (self.states[-1],) if self.memories is None else (self.states[-1], self.memories[-1])


@dataclass(frozen=True, eq=False, kw_only=True)
class LSTMTrace(RecurrentTrace):
    """The numbers of an LSTM, which always has memories."""

    memories: Array
    """(time_steps + 1, units): the initial cell state, then c after each turn."""
