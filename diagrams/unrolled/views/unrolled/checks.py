"""Errors for models the unrolled view can't draw, each at its line and with a suggestion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ...arrays import worked_out
from ...errors import PictureError
from ...layers.recurrent import Recurrent
from ...model import Model, Node
from ...numbers import counted
from ..refusals import check_no_merges, refused
from .planning import MAKERS
from .scene import RECURRENT, Wiring, changes_nothing

if TYPE_CHECKING:
    from ...layers.bidirectional import Bidirectional
    from ...layers.core import TimeDistributed

MOST_LAYERS = 4
STEP_BY_STEP = ("Dense", "Activation", "TimeDistributed", "Embedding")
"""Layers that are drawn as a block for each step."""
APART = "draw the models apart"


def check_drawn(model: Model) -> Wiring:
    """Check that a model can be drawn without leaving anything out; return how its layers are connected."""
    check_no_merges(model, "unroll draws layers that each read one thing")
    wiring = Wiring.of(model)
    recurrent, uses = wiring.recurrent, Counter(node.place for node in model.nodes)
    if not recurrent:
        raise refused(model, None, f"no layer of this code reads step by step: unroll draws {', '.join(RECURRENT)}")
    if len(recurrent) > MOST_LAYERS:
        said = counted(len(recurrent), "recurrent layer")
        raise refused(
            model, model.nodes[recurrent[MOST_LAYERS]], f"{said} do not fit into one figure: draw up to {MOST_LAYERS}"
        )
    for number, node in enumerate(model.nodes):
        if node.layer.name_in_code not in (*MAKERS, *STEP_BY_STEP) and not changes_nothing(node.layer):
            raise refused(
                model,
                node,
                f"{node.calls[0].text} is not drawn by unroll, which draws {', '.join((*MAKERS, *STEP_BY_STEP))} and "
                "layers that act in training alone: draw the model with model_shapes",
            )
        if node.layer.name_in_code == "TimeDistributed":
            _check_each_step(model, node)
        if uses[node.place] > 1:
            raise refused(model, node, f"this {node.layer.name_in_code} is used twice, which is not drawn: {APART}")
        _check_reads(model, wiring, node)
        _check_states(model, node)
        if node.layer.name_in_code == "Bidirectional":
            chain = wiring.chains[wiring.chain_of[number]]
            _check_both(model, node, chain[: chain.index(number)])
        if node.layer.name_in_code == "Embedding" and node.given.node is not None:
            raise refused(model, node, "an Embedding is drawn over words, and here it reads what another layer says")
    _check_chains(model, wiring.chains)
    return wiring


def _check_each_step(model: Model, node: Node) -> None:
    """Check that a layer applied to each step has a vector as its output."""
    inner = cast("TimeDistributed", node.layer).layer
    if inner.name_in_code not in ("Dense", "Activation") and not changes_nothing(inner):
        message = f"{inner.name_in_code} at every step is not drawn by unroll, which draws Dense and Activation there"
        raise refused(model, node, f"{message}: draw the model with model_shapes")


def _check_reads(model: Model, wiring: Wiring, node: Node) -> None:
    """Check that every tensor is used only once: by one layer, or as an output."""
    name, reads = node.layer.name_in_code, wiring.reads
    if reads[node.given] > 1:
        raise refused(model, node, f"{name} reads what another layer reads as well, which is not drawn: {APART}")
    if node.given.node is not None and node.given.output > 0:
        raise refused(model, node, f"{name} reads a state that another layer returns, which is not drawn: {APART}")
    for state in node.states or ():
        if wiring.states[state] > 1 or state in model.outputs or reads[state]:
            raise refused(
                model,
                node,
                f"the `initial_state` of this {name} is used elsewhere as well, which is not drawn: {APART}",
            )


def _check_states(model: Model, node: Node) -> None:
    """Check that initial states come from inputs, or from one layer of the same type and direction."""
    givers = [state for state in node.states or () if state.node is not None]
    if not givers:
        return
    name = node.layer.name_in_code
    sources = {state.node for state in givers}
    giver = model.nodes[givers[0].node or 0]
    alike = isinstance(giver.layer, Recurrent) and isinstance(node.layer, Recurrent)
    if len(sources) > 1 or len(givers) != len(node.states or ()) or not alike:
        raise refused(
            model, node, f"the `initial_state` of this {name} is drawn from one SimpleRNN, GRU or LSTM only: {APART}"
        )
    layer = cast("Recurrent", giver.layer)
    shift = 0 if givers[0].output == 0 and not layer.return_sequences else 1
    if [state.output - shift for state in givers] != list(range(len(layer.state_names))):
        raise refused(
            model, node, f"the `initial_state` of this {name} takes states in another order than they are returned"
        )
    for each in (giver, node):
        if cast("Recurrent", each.layer).go_backwards:
            message = "`go_backwards=True` is not drawn where a state is handed to another layer: leave it out"
            raise refused(model, each, message, "go_backwards")


def _check_both(model: Model, node: Node, below: Sequence[int]) -> None:
    if cast("Bidirectional", node.layer).layer.go_backwards:
        message = "`go_backwards=True` is not drawn in the first layer of Bidirectional: leave it out"
        raise refused(model, node, message, "go_backwards")
    if node.states is not None:
        raise refused(model, node, "the `initial_state` of a Bidirectional is not drawn: leave it out of the code")
    for under in (model.nodes[each] for each in reversed(below)):
        if getattr(under.layer, "go_backwards", False) and cast("Recurrent", under.layer).return_sequences:
            message = "`go_backwards=True` is not drawn under a Bidirectional: leave it out"
            raise refused(model, under, message, "go_backwards")


def _check_chains(model: Model, chains: Sequence[Sequence[int]]) -> None:
    """Check that all sentences are connected and no states exchanged crosswise, which would take several figures."""
    for place, chain in enumerate(chains):
        first, before = model.nodes[chain[0]], chains[place - 1] if place else ()
        if place and first.given.node is None:
            givers = [state.node for at in chain for state in (model.nodes[at].states or ())[:1]]
            from_layers = [giver for giver in givers if giver is not None]
            if not from_layers:
                raise refused(model, first, f"layers beside one another are not drawn: {APART}")
            if from_layers != sorted(from_layers) or not set(from_layers) <= set(before):
                raise refused(
                    model, first, f"`initial_state` is handed over crosswise here, which is not drawn: {APART}"
                )
        elif first.given.node is not None and first.given.node not in before:
            raise refused(model, first, f"RepeatVector repeats what another sentence gave here: {APART}")
        within = [at for at in chain for state in model.nodes[at].states or () if state.node in chain]
        if within:
            raise refused(model, model.nodes[within[0]], f"the `initial_state` comes from the same sentence: {APART}")


def check_classes(model: Model, classes: Sequence[str], *, spoken: bool = False) -> None:
    """Check that there is a name for each class of the last layer, if the name is shown at every step."""
    last = model.outputs[0].node
    answers = last is not None and model.nodes[last].layer.name_in_code in ("Dense", "TimeDistributed")
    if spoken and not (classes and answers and len(model.output_shapes[0]) == 2):
        raise PictureError(
            "spoken draws the words that a Dense layer chooses at every step: name them, as in classes=[…], and let "
            "the model end with that layer"
        )
    if not classes:
        return
    size = worked_out(model.output_shapes[0])[-1]
    if len(classes) != size:
        said = f"{counted(len(classes), 'name')} ({', '.join(classes)})"
        raise PictureError(f"the model answers {counted(size, 'number')}, and classes gives {said}: give one for each")
