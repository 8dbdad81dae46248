"""Which layer stands in which column and row: a column for each input of the model, a row for each layer in turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...errors import PictureError
from ...model import Model, Node, Tensor
from ..refusals import check_no_merges, refused


@dataclass(frozen=True)
class Plan:
    """A model whose layers stand in columns; nodes and entries are numbers from 0."""

    model: Model
    columns: tuple[tuple[int, ...], ...]
    """The nodes of each entry's column, from input to output."""

    @cached_property
    def rows(self) -> dict[int, int]:
        """The row of each node: under what it reads, and not above where its states come from."""
        rows: dict[int, int] = {}
        for number, node in enumerate(self.model.nodes):
            over = -1 if node.given.node is None else rows[node.given.node]
            rows[number] = max(over + 1, *(rows[source] for source in self.state_sources(number)), 0)
        return rows

    def state_sources(self, number: int) -> tuple[int, ...]:
        """Name the nodes that hand a node its first states."""
        states = self.model.nodes[number].states or ()
        return tuple(dict.fromkeys(each.node for each in states if each.node is not None))

    @property
    def is_side_by_side(self) -> bool:
        """Tell whether states are handed over within a column or to the one beside it only."""
        pairs = [(source, number) for number in self.rows for source in self.state_sources(number)]
        return all(abs(self.column_of(one) - self.column_of(other)) <= 1 for one, other in pairs)

    def column_of(self, number: int) -> int:
        """Find a node's column."""
        return next(place for place, column in enumerate(self.columns) if number in column)

    def outputs_of(self, number: int) -> tuple[Tensor, ...]:
        """List what the model returns of what a node returns."""
        return tuple(each for each in self.model.outputs if each.node == number)


def planned(model: Model) -> Plan:
    """Put each layer under the one that it reads from; a model that this cannot show is refused by name."""
    check_no_merges(model, "model_shapes draws columns of layers without forks")
    chains: list[list[int]] = [[] for _ in model.entries]
    readers: dict[Tensor, Node] = {}
    for number, node in enumerate(model.nodes):
        if node.states is not None and any(each.node is None for each in node.states):
            raise _refused(model, node, "begins with states that are an input of the model")
        source = Tensor(None, node.given.output) if node.given.node is None else Tensor(node.given.node)
        if source in readers:
            raise _refused(model, node, f"reads what {readers[source].calls[0].text} reads, too: one of them goes on")
        readers[source] = node
        chain = next(each for each in chains if node.given.node in each) if source.node is not None else None
        (chains[node.given.output] if chain is None else chain).append(number)
    for each in model.outputs:
        if each.node is None or Tensor(each.node) in readers:
            node = model.nodes[each.node or 0]
            raise _refused(model, node, "stands in the middle, and what it reads or returns is an output of the model")
    return Plan(model, tuple(map(tuple, chains)))


def _refused(model: Model, node: Node, why: str) -> PictureError:
    return refused(
        model,
        node,
        f"{node.calls[0].text} {why}; model_shapes draws columns of layers without forks: "
        "draw the parts of the model by themselves",
    )
