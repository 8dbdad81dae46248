"""A cell in words: alt text, description, and a sentence for each stage."""

from __future__ import annotations

from dataclasses import dataclass

from ...arrays import Array
from ...layers.recurrent import GRU
from ...numbers import counted, text_of
from ...picture import Description
from .moment import Moment, indexed
from .quantities import symbols
from .scene import DECIMALS, Scene

MOST_NUMBERS = 16
"""A longer vector is told by its first three numbers and its last."""
WEIGHTS = {
    "LSTM": "Each gate, and the candidate, has its own quarter of the weights",
    "GRU": "Each gate, and the candidate, has its own third of the weights",
    "SimpleRNN": "It has one set of weights",
}


@dataclass(frozen=True)
class Told:
    """What a picture says to those who do not see it."""

    alt: str
    description: Description
    steps: tuple[str, ...]


def told(scene: Scene) -> Told:
    """Tell a scene; every number is read from the trace."""
    stages = _skipped(scene) if scene.moment.is_skipped else _stages(scene)
    return Told(_alt(scene), _description(scene, stages), tuple(stages))


def _layer(moment: Moment) -> str:
    layer = moment.layer
    reset = "" if not isinstance(layer, GRU) else f" (reset_after={layer.reset_after})"
    article = "an" if layer.name_in_code == "LSTM" else "a"
    return f"{article} {layer.name_in_code} layer with {counted(layer.units, 'unit')}{reset}"


def _alt(scene: Scene) -> str:
    moment = scene.moment
    where = f"at step {moment.step} of {len(moment.words)}, {'the word ' if moment.word else ''}{moment.word_said}"
    after = scene.quantities["state-after"]
    if moment.is_skipped:
        what = "The step is masked: the state goes past unchanged"
    elif moment.memories is None:
        what = f"It ends in the state {after.symbol}"
    else:
        memory = scene.quantities["memory-after"]
        what = f"It ends in the memory {memory.symbol} ({_numbers(scene, 'memory-after')}) and the state {after.symbol}"
    return f"Inside {_layer(moment)}, {where}. {what} ({_numbers(scene, 'state-after')})."


def _description(scene: Scene, stages: list[str]) -> Description:
    moment = scene.moment
    code = ", ".join(call.text for call in moment.node.calls)
    if moment.is_skipped:
        how = ""
    else:
        exact = (
            "Every number is printed with two decimals, and the arithmetic agrees as printed. "
            if scene.is_exact_as_printed
            else "Every number is rounded to two decimals after the arithmetic, so that a last digit may differ. "
        )
        how = f"{WEIGHTS[moment.layer.name_in_code]}, the same at every step. {exact}"
    rows = [[each.symbol, each.how, _numbers(scene, key)] for key, each in scene.quantities.items()]
    return {
        "text": f"What {code} computes for one word. {how}{' '.join(stages)}",
        "head": ["value", "what it is", "numbers"],
        "rows": rows,
    }


def _stages(scene: Scene) -> list[str]:
    stages = {"LSTM": _lstm, "GRU": _gru, "SimpleRNN": _simple_rnn}[scene.moment.layer.name_in_code]
    return [_entering(scene), *stages(scene)]


def _entering(scene: Scene) -> str:
    moment = scene.moment
    x, h, _ = symbols(moment)
    kept = [f"the state {h} ({_numbers(scene, 'state-before')})"]
    if moment.memories is not None:
        kept.append(f"the memory {indexed('c', moment.turn)} ({_numbers(scene, 'memory-before')})")
    said = moment.word_said.capitalize() if not moment.word else moment.word_said
    return f"{said} enters as {x} ({_numbers(scene, 'x')}), beside {' and '.join(kept)}."


def _skipped(scene: Scene) -> list[str]:
    moment = scene.moment
    passed = "state" if moment.memories is None else "memory and state"
    goes = "goes" if moment.memories is None else "go"
    masked = f"The step is masked: the layer does not read it, and {passed} {goes} past unchanged."
    if moment.said is not None and not moment.is_returned:
        masked += f" What the layer returns for it is {listed(moment.said)}."
    return [_entering(scene), masked]


def _lstm(scene: Scene) -> list[str]:
    def say(key: str) -> str:
        return f"{scene.quantities[key].symbol} ({_numbers(scene, key)})"

    before = scene.quantities["memory-before"].symbol
    return [
        f"The forget gate {say('forget-gate')} times the memory {before} is what is {say('kept')}.",
        f"The input gate {say('input-gate')} times the candidate {say('candidate')} is what is {say('written')}.",
        f"Kept and written add up to the new memory {say('memory-after')}.",
        f"The output gate {say('output-gate')} times {say('squashed')} is the new state {say('state-after')}"
        f"{_returned(scene)}.",
    ]


def _gru(scene: Scene) -> list[str]:
    def say(key: str) -> str:
        return f"{scene.quantities[key].symbol} ({_numbers(scene, key)})"

    x, h, _ = symbols(scene.moment)
    layer = scene.moment.layer
    if isinstance(layer, GRU) and layer.reset_after:
        reset = (
            f"The recurrent kernel makes of the state {say('from-state')}, and the reset gate {say('reset-gate')} "
            f"times that is {say('recalled')}."
        )
        made = f"That and {say('from-input')} add up, and {layer.activation} of the sum is"
    else:
        reset = f"The reset gate {say('reset-gate')} times the state {h} is {say('recalled')}."
        made = f"The kernels weigh {x} and that, and {layer.activation} of the sum is"
    return [
        reset,
        f"{made} the candidate {say('candidate')}.",
        f"The update gate {say('update-gate')} times the state {h} is what is {say('kept')}; "
        f"{say('rest')} times the candidate is what is {say('written')}.",
        f"Kept and written add up to the new state {say('state-after')}{_returned(scene)}.",
    ]


def _simple_rnn(scene: Scene) -> list[str]:
    def say(key: str) -> str:
        return f"{scene.quantities[key].symbol} ({_numbers(scene, key)})"

    bias = f" and the {say('bias')}" if "bias" in scene.quantities else ""
    return [
        f"The weights make {say('from-input')} and {say('from-state')}.",
        f"These{bias} add up to {_numbers(scene, 'sum')}.",
        f"The {scene.moment.layer.activation} of that is the new state {say('state-after')}{_returned(scene)}.",
    ]


def _returned(scene: Scene) -> str:
    return ", the output" if scene.moment.is_returned else ""


def _numbers(scene: Scene, key: str) -> str:
    return listed(scene.quantities[key].values)


def listed(values: Array) -> str:
    """Print numbers in a sentence."""
    texts = [text_of(value, DECIMALS) for value in values.tolist()]
    return ", ".join(texts if len(texts) <= MOST_NUMBERS else [*texts[:3], "…", texts[-1]])
