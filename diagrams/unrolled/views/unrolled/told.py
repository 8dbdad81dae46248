"""An unrolled layer in words: alt text, description and a sentence for each step."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...numbers import counted, text_of
from ...picture import Description
from .scene import Scene, subscripted

MOST_NUMBERS = 12
"""A longer vector is told by its first three numbers and its last."""


@dataclass(frozen=True)
class Told:
    """What a picture says to those who do not see it."""

    alt: str
    description: Description
    steps: tuple[str, ...]


def told(scene: Scene) -> Told:
    """Tell a scene; every number is read from the trace."""
    return Told(_alt(scene), _description(scene), tuple(_step(scene, step) for step in range(1, scene.last + 1)))


def _alt(scene: Scene) -> str:
    layer = scene.model.layer
    units, steps = counted(layer.units, "unit"), counted(scene.last, "time step")
    sentence = " ".join(scene.words)
    return (
        f"{layer.name_in_code} with {units}, unrolled over {steps}: “{sentence}”. "
        f"Each word enters as {counted(scene.model.features, 'number')}, "
        f"and the state after the last one, {subscripted(scene.last)}, is the output."
    )


def _description(scene: Scene) -> Description:
    layer, last = scene.model.layer, scene.last
    code = ", ".join(call.text for call in scene.model.calls)
    text = (
        f"The code {code} makes one {layer.name_in_code} layer with {counted(layer.units, 'unit')}. "
        f"It is applied {counted(last, 'time')}, once for each word, always with the same weights. "
        f"Each time it takes a word’s embedding of {counted(scene.model.features, 'number')} and the last state of "
        f"{counted(layer.units, 'number')}, and hands on a new state; the first one is all zeros. "
        f"The last state, {subscripted(last)}, is what the layer returns."
    )
    rows = [["start", "", "", _vector(scene.trace.states[0].tolist())]]
    for step, word in enumerate(scene.words, start=1):
        inputs, state = scene.trace.inputs[step - 1].tolist(), scene.trace.states[step].tolist()
        rows.append([str(step), word, _vector(inputs), _vector(state)])
    return {"text": text, "head": ["time step", "word", "embedding", "state"], "rows": rows}


def _step(scene: Scene, step: int) -> str:
    before = "the zero state" if step == 1 else subscripted(step - 1)
    given, state = _vector(scene.trace.inputs[step - 1].tolist()), _vector(scene.trace.states[step].tolist())
    end = ", the output" if step == scene.last else ""
    word = scene.words[step - 1]
    return f"Step {step} of {scene.last}: “{word}” ({given}) and {before} give {subscripted(step)} ({state}){end}."


def _vector(values: Iterable[float]) -> str:
    texts = [text_of(value) for value in values]
    if len(texts) > MOST_NUMBERS:
        texts = [*texts[:3], "…", texts[-1]]
    return ", ".join(texts)
