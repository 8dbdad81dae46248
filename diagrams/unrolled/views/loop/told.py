"""A loop in words."""

from __future__ import annotations

from ...numbers import counted
from ...picture import Description
from .scene import Scene, subscripted


def alt_of(scene: Scene) -> str:
    """Say the loop, and what it is unrolled to."""
    name = f"{scene.layer.name_in_code} with {counted(scene.layer.units, 'unit')}"
    loop = f"{name} as a loop: its {_states(scene)} of one step {_goes(scene)} back into it at the next."
    if not scene.words:
        return loop
    returned = "It returns h after every step." if scene.layer.return_sequences else "It returns the last h only."
    return (
        f"{loop} Beside it the same, unrolled over {counted(scene.last, 'step')}: “{' '.join(scene.order)}”. {returned}"
    )


def description_of(scene: Scene) -> Description:
    """Give each step a row."""
    text = (
        f"{scene.label} is one layer with one set of weights. At every step it takes a word and the "
        f"{_states(scene)} that it handed on before, and hands on a new one of {counted(scene.layer.units, 'number')}."
    )
    if scene.layer.go_backwards and scene.words:
        text += f" It reads from the end: its first word is “{scene.order[0]}”."
    if scene.words:
        text += " Unrolled, it is drawn once for each step; the weights of all blocks are the same."
    rows = [
        [str(step), scene.order[step - 1], _named(scene, step - 1), _named(scene, step), _returned(scene, step)]
        for step in range(1, scene.last + 1)
    ]
    return {"text": text, "head": ["step", "word", "takes", "hands on", "returned"], "rows": rows}


def steps_of(scene: Scene) -> tuple[str, ...]:
    """Say what happens at each step."""
    return tuple(
        f"Step {step} of {scene.last}: “{scene.order[step - 1]}” and {_named(scene, step - 1)} "
        f"give {_named(scene, step)}"
        + (", the output." if scene.says(step) and not scene.layer.return_sequences else ".")
        for step in range(1, scene.last + 1)
    )


def _states(scene: Scene) -> str:
    names = " and ".join(scene.layer.state_names)
    return f"state {names}" if len(scene.states) == 1 else f"states {names}"


def _goes(scene: Scene) -> str:
    return "goes" if len(scene.states) == 1 else "go"


def _named(scene: Scene, step: int) -> str:
    if step == 0:
        return "zeros"
    return " and ".join(subscripted(name, step) for name in scene.layer.state_names)


def _returned(scene: Scene, step: int) -> str:
    return subscripted("h", step) if scene.says(step) else ""
