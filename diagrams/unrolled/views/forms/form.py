"""The form of a model, found from its layers: which steps go in, which rows of blocks they pass, which come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...arrays import OpenShape, Shape, worked_out
from ...errors import PictureError
from ...i18n import gettext
from ...layers.activations import Activation
from ...layers.core import Dense, Embedding, Masking, TimeDistributed, TrainingOnly
from ...layers.recurrent import Recurrent
from ...layers.reshaping import RepeatVector
from ...model import Model, Node, Tensor
from ..refusals import check_no_merges, refused

MORE_THAN_DRAWN = 9
"""How many steps stand for any number: so many that those in the middle are left out."""
SILENT = TrainingOnly | Activation | Masking | Embedding
"""Layers that act on each step by itself and change neither their number nor what is drawn of them."""


@dataclass(frozen=True)
class Row:
    """A layer applied at some steps of a segment, from 1."""

    node: int
    name: str
    steps: Sequence[int]
    is_recurrent: bool
    backwards: bool = False
    """Whether it reads from the right."""


@dataclass(frozen=True)
class Segment:
    """A stretch of time: its rows from below, and where what goes in comes from."""

    time_steps: int
    given: Sequence[int]
    """The steps at which something goes in from outside; none where a vector is repeated from the segment before."""
    size: int
    """How many numbers go in at each."""
    is_repeated: bool = False
    """Whether one vector goes in at every step."""
    rows: tuple[Row, ...] = ()

    def above(self, row: Row) -> Segment:
        """Put a row on top."""
        return replace(self, rows=(*self.rows, row))


@dataclass(frozen=True)
class Form:
    """A model as one or two segments, and what comes out at which steps of the last one."""

    model: Model
    segments: tuple[Segment, ...]
    returned: Sequence[int]
    size: int
    role: str
    states: tuple[str, ...] = field(default=())
    """What the second segment begins with, handed over by the first: `h`, `c`."""
    given: tuple[OpenShape, ...] = field(default=(), kw_only=True)
    """The shapes that go in, as the code says them: with None where it leaves the number of time steps open."""
    answered: OpenShape = field(default=(), kw_only=True)
    """The shape that comes out, likewise."""

    @property
    def name(self) -> str:
        """Name the form: `many to one`."""
        if self.takes_many:
            return gettext("many to many") if self.returns_many else gettext("many to one")
        return gettext("one to many") if self.returns_many else gettext("one to one")

    @property
    def kind(self) -> str:
        """Tell the two ways of many to many apart."""
        if len(self.segments) > 1:
            return gettext("encoder–decoder")
        return gettext("aligned") if self.takes_many and self.returns_many else ""

    @property
    def takes_many(self) -> bool:
        """Whether a sequence goes in."""
        return not self.segments[0].is_repeated and bool(_is_sequence(self.model, Tensor(None, self._first_entry)))

    @property
    def taken(self) -> int | None:
        """How many steps go in; None for any number."""
        if not self.takes_many:
            return 1
        is_open = self.given[self._first_entry][:1] == (None,)
        return None if is_open else self.segments[0].time_steps

    @property
    def yielded(self) -> int | None:
        """How many steps come out; None for any number, or for as many as go in."""
        return None if self.returns_many and self.answered[:1] == (None,) else len(self.returned)

    @property
    def yields_as_many(self) -> bool:
        """Whether as many steps come out as go in, and these are any number."""
        return self.yielded is None and len(self.segments) == 1

    @property
    def _first_entry(self) -> int:
        first = self.segments[0].rows[0].node
        tensor = self.model.nodes[first].given
        while tensor.node is not None:
            tensor = self.model.nodes[tensor.node].given
        return tensor.output

    @property
    def returns_many(self) -> bool:
        """Whether a sequence comes out."""
        return _is_sequence(self.model, self.model.outputs[0])


def form_of(model: Model) -> Form:
    """Find a model's form; one that this view cannot show is refused by name."""
    check_no_merges(model, "formulation draws layers one upon the other")
    if len(model.outputs) != 1:
        raise _refused(model, model.nodes[-1], f"the model returns {len(model.outputs)} things")
    given, answered = tuple(entry.shape for entry in model.entries), model.output_shapes[0]
    return replace(_form_of(model.sized(MORE_THAN_DRAWN)), given=given, answered=answered)


def _form_of(model: Model) -> Form:
    if len(model.entries) == 1:
        return _finished(model, *_chain(model, list(range(len(model.nodes)))))
    return _encoder_decoder(model)


def _finished(
    model: Model, segments: tuple[Segment, ...], returned: Sequence[int], states: tuple[str, ...] = ()
) -> Form:
    rows = segments[-1].rows
    if not rows:
        raise PictureError("formulation draws models with a recurrent layer or a Dense", block=model.code or None)
    last = model.nodes[rows[-1].node].layer
    shape = worked_out(model.shape_of(model.outputs[0]))
    role = "state" if isinstance(last, Recurrent) else "output"
    return Form(model, segments, returned, shape[-1] if shape else 1, role, states)


def _chain(model: Model, nodes: list[int]) -> tuple[tuple[Segment, ...], Sequence[int]]:
    """Follow what goes in, layer by layer; answer also at which steps of the last segment something comes out.

    A layer with `go_backwards` reads from the right, ends on the left, and hands its steps on in the order in which it
    read them: so does whatever reads them.
    """
    first = model.nodes[nodes[0]]
    shape = _seen(model, nodes)
    steps = shape[0] if len(shape) > 1 else 1
    segments = [Segment(steps, range(1, steps + 1), shape[-1])]
    active: Sequence[int] = segments[0].given
    expected, leftwards = first.given, False
    for number in nodes:
        node = model.nodes[number]
        if node.given != expected:
            raise _refused(model, node, "does not read what the layer before it returns")
        if node.states is not None and len(model.entries) == 1:
            raise _refused(model, node, "begins with given states")
        expected = Tensor(number)
        match node.layer:
            case RepeatVector():
                if leftwards:
                    raise _refused(model, node, "repeats the last state of a layer that reads backwards")
                active = range(1, node.layer.n + 1)
                if segments[-1].rows:
                    segments.append(Segment(node.layer.n, (), node.shape[-1], is_repeated=True))
                else:
                    segments[-1] = replace(segments[-1], time_steps=node.layer.n, given=(1,), is_repeated=True)
            case Recurrent():
                if len(segments) > 2:
                    raise _refused(model, node, "is a third stretch of time")
                leftwards ^= node.layer.go_backwards
                segments[-1] = segments[-1].above(Row(number, node.layer.block_name, active, True, leftwards))
                ends = active[:1] if leftwards else active[-1:]
                active = active if node.layer.return_sequences else ends
            case Dense() | TimeDistributed() if isinstance(getattr(node.layer, "layer", node.layer), Dense):
                segments[-1] = segments[-1].above(Row(number, "Dense", active, False))
            case TrainingOnly() | Activation() | Masking() | Embedding():
                pass
            case TimeDistributed() if isinstance(node.layer.layer, SILENT):
                pass
            case _:
                raise _refused(model, node, "is not drawn in small")
    return tuple(segments), active


def _seen(model: Model, nodes: list[int]) -> Shape:
    """Tell the shape of what is drawn as going in: of indices that are looked up, the vectors."""
    first = model.nodes[nodes[0]]
    return worked_out(first.returned[0]) if isinstance(first.layer, Embedding) else first.shape


def _is_sequence(model: Model, tensor: Tensor) -> bool:
    """Tell whether what flows has steps; indices that an Embedding reads have."""
    rank = len(model.shape_of(tensor))
    return rank > 1 or any(node.given == tensor and isinstance(node.layer, Embedding) for node in model.nodes)


def _encoder_decoder(model: Model) -> Form:
    """Two inputs: the states of what reads the first are those with which the other begins."""
    chains = [_nodes_from(model, entry) for entry in range(len(model.entries))]
    takers = [number for number, node in enumerate(model.nodes) if node.states is not None]
    if len(chains) != 2 or len(takers) != 1 or not all(chains):
        raise _refused(model, model.nodes[0], f"the model has {len(model.entries)} inputs, and is no encoder–decoder")
    taker = model.nodes[takers[0]]
    encoder, decoder = sorted(chains, key=lambda chain: takers[0] in chain)
    (first, *more), _ = _chain(model, encoder)
    (second, *others), returned = _chain(model, decoder)
    sources = {each.node for each in taker.states or ()}
    if more or others or len(first.rows) != 1 or sources != {first.rows[0].node} or second.rows[0].node != takers[0]:
        raise _refused(model, taker, "does not begin with the states of the one layer that reads the other input")
    if any(row.backwards for row in (*first.rows, *second.rows)):
        raise _refused(model, taker, "is handed states where a layer reads backwards")
    names = getattr(model.nodes[first.rows[0].node].layer, "state_names", ())
    return _finished(model, (first, second), returned, tuple(names))


def _nodes_from(model: Model, entry: int) -> list[int]:
    """List the nodes that one input passes through."""
    found: list[int] = []
    for number, node in enumerate(model.nodes):
        if node.given == Tensor(None, entry) or node.given.node in found:
            found.append(number)
    return found


def _refused(model: Model, node: Node, why: str) -> PictureError:
    said = f"formulation draws models that read one or many steps and answer one or many; {node.calls[0].text}: {why}"
    return refused(model, node, said)
