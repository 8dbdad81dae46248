"""Cells of recurrent layers, and RNN around one of them: the same as the layer that Keras calls after it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import NumbersError
from .gru import GRU
from .lstm import LSTM
from .recurrent import Recurrent
from .simple_rnn import SimpleRNN

if TYPE_CHECKING:
    from .initializers import Initializer


@dataclass(frozen=True)
class Cell:
    """One step of a recurrent layer, with the options that say how it is computed."""

    units: int
    activation: str = "tanh"
    use_bias: bool = True
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    recurrent_initializer: str | Initializer = field(default="orthogonal", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)
    name: str | None = field(default=None, kw_only=True)

    layer: ClassVar[type[Recurrent]]
    """The layer whose steps these are."""


@dataclass(frozen=True)
class SimpleRNNCell(Cell):
    """A step of a SimpleRNN."""

    layer: ClassVar[type[Recurrent]] = SimpleRNN


@dataclass(frozen=True)
class GRUCell(Cell):
    """A step of a GRU."""

    recurrent_activation: str = field(default="sigmoid", kw_only=True)
    reset_after: bool = field(default=True, kw_only=True)

    layer: ClassVar[type[Recurrent]] = GRU


@dataclass(frozen=True)
class LSTMCell(Cell):
    """A step of an LSTM."""

    recurrent_activation: str = field(default="sigmoid", kw_only=True)
    unit_forget_bias: bool = field(default=True, kw_only=True)

    layer: ClassVar[type[Recurrent]] = LSTM


CELLS = {"SimpleRNNCell": SimpleRNNCell, "GRUCell": GRUCell, "LSTMCell": LSTMCell}


def rnn(cell: Cell, *, name: str | None = None, **reading: Any) -> Recurrent:
    """Make the layer that `RNN(cell, …)` is: `rnn(LSTMCell(4))` is `LSTM(4)`.

    `reading` holds the options of RNN itself, such as return_sequences.
    """
    if not isinstance(cell, Cell):
        raise NumbersError(f"RNN is computed around one of {', '.join(CELLS)}, not {cell!r}")
    options = {each.name: getattr(cell, each.name) for each in fields(cell) if each.name != "name"}
    return cell.layer(**options, **reading, name=name)
