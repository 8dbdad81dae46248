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
    from ...layers.core import TimeDistributed
    from ...layers.recurrent import Bidirectional

MOST_LAYERS = 4
STEP_BY_STEP = ("Dense", "Activation", "TimeDistributed", "Embedding")
"""Layers that are drawn as a block for each step."""
APART = "draw the models separately"


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
            model, model.nodes[recurrent[MOST_LAYERS]], f"{said} don't fit into one figure: draw at most {MOST_LAYERS}"
        )
    for number, node in enumerate(model.nodes):
        if node.layer.name_in_code not in (*MAKERS, *STEP_BY_STEP) and not changes_nothing(node.layer):
            raise refused(
                model,
                node,
                f"{node.calls[0].text} can't be drawn by unroll, which draws {', '.join((*MAKERS, *STEP_BY_STEP))} and "
                "layers that act only in training: draw the model with model_shapes",
            )
        if node.layer.name_in_code == "TimeDistributed":
            _check_each_step(model, node)
        if uses[node.place] > 1:
            raise refused(model, node, f"this {node.layer.name_in_code} is used twice, which can't be drawn: {APART}")
        _check_reads(model, wiring, node)
        _check_states(model, node)
        if node.layer.name_in_code == "Bidirectional":
            chain = wiring.chains[wiring.chain_of[number]]
            _check_both(model, node, chain[: chain.index(number)])
        if node.layer.name_in_code == "Embedding" and node.given.node is not None:
            raise refused(
                model,
                node,
                "an Embedding can only be drawn above words, but this one reads the output of another layer",
            )
    _check_chains(model, wiring.chains)
    return wiring


def _check_each_step(model: Model, node: Node) -> None:
    """Check that a layer applied to each step has a vector as its output."""
    inner = cast("TimeDistributed", node.layer).layer
    if inner.name_in_code not in ("Dense", "Activation") and not changes_nothing(inner):
        message = f"{inner.name_in_code} at every step can't be drawn by unroll, which draws Dense and Activation there"
        raise refused(model, node, f"{message}: draw the model with model_shapes")


def _check_reads(model: Model, wiring: Wiring, node: Node) -> None:
    """Check that every tensor is used only once: by one layer, or as an output."""
    name, reads = node.layer.name_in_code, wiring.reads
    if reads[node.given] > 1:
        raise refused(model, node, f"{name} has the same input as another layer, which can't be drawn: {APART}")
    if node.given.node is not None and node.given.output > 0:
        raise refused(model, node, f"{name} reads a state that another layer returns, which can't be drawn: {APART}")
    for state in node.states or ():
        if wiring.states[state] > 1 or state in model.outputs or reads[state]:
            raise refused(
                model,
                node,
                f"the `initial_state` of this {name} is also used elsewhere, which can't be drawn: {APART}",
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
            model, node, f"the `initial_state` of this {name} must come from a single SimpleRNN, GRU or LSTM: {APART}"
        )
    layer = cast("Recurrent", giver.layer)
    shift = 0 if givers[0].output == 0 and not layer.return_sequences else 1
    if [state.output - shift for state in givers] != list(range(len(layer.state_names))):
        raise refused(
            model,
            node,
            f"the `initial_state` of this {name} takes the states in a different order from the one they are "
            "returned in",
        )
    for each in (giver, node):
        if cast("Recurrent", each.layer).go_backwards:
            message = "`go_backwards=True` can't be drawn in a layer that passes its state on: remove it"
            raise refused(model, each, message, "go_backwards")


def _check_both(model: Model, node: Node, below: Sequence[int]) -> None:
    if cast("Bidirectional", node.layer).layer.go_backwards:
        message = "`go_backwards=True` can't be drawn in the first layer of Bidirectional: remove it"
        raise refused(model, node, message, "go_backwards")
    if node.states is not None:
        raise refused(model, node, "the `initial_state` of a Bidirectional can't be drawn: remove it from the code")
    for under in (model.nodes[each] for each in reversed(below)):
        if getattr(under.layer, "go_backwards", False) and cast("Recurrent", under.layer).return_sequences:
            message = "`go_backwards=True` can't be drawn below a Bidirectional: remove it"
            raise refused(model, under, message, "go_backwards")


def _check_chains(model: Model, chains: Sequence[Sequence[int]]) -> None:
    """Check that all sentences are connected and no states exchanged crosswise, which would take several figures."""
    for place, chain in enumerate(chains):
        first, before = model.nodes[chain[0]], chains[place - 1] if place else ()
        if place and first.given.node is None:
            givers = [state.node for at in chain for state in (model.nodes[at].states or ())[:1]]
            from_layers = [giver for giver in givers if giver is not None]
            if not from_layers:
                raise refused(model, first, f"parallel layers can't be drawn: {APART}")
            if from_layers != sorted(from_layers) or not set(from_layers) <= set(before):
                raise refused(
                    model, first, f"the layers exchange their states crosswise here, which can't be drawn: {APART}"
                )
        elif first.given.node is not None and first.given.node not in before:
            raise refused(model, first, f"RepeatVector repeats the result of another sentence here: {APART}")
        within = [at for at in chain for state in model.nodes[at].states or () if state.node in chain]
        if within:
            raise refused(model, model.nodes[within[0]], f"the `initial_state` comes from the same sentence: {APART}")


def check_classes(model: Model, classes: Sequence[str], *, spoken: bool = False) -> None:
    """Check that there is a name for each class of the last layer, if the name is shown at every step."""
    last = model.outputs[0].node
    answers = last is not None and model.nodes[last].layer.name_in_code in ("Dense", "TimeDistributed")
    if spoken and not (classes and answers and len(model.output_shapes[0]) == 2):
        raise PictureError(
            "spoken draws the words that a Dense layer chooses at every step: name them with classes=[…], and let "
            "the model end with that layer"
        )
    if not classes:
        return
    size = worked_out(model.output_shapes[0])[-1]
    if len(classes) != size:
        said = f"{counted(len(classes), 'name')} ({', '.join(classes)})"
        raise PictureError(f"the model returns {counted(size, 'number')}, but classes has {said}: give one for each")
