"""The chart in words: alt text, description and a sentence for each layer."""

from __future__ import annotations

from ...numbers import counted, text_of
from ...picture import Description
from .scene import Run, Scene, exactly


def alt(scene: Scene) -> str:
    """Say what is compared, and what is seen."""
    what = "word" if scene.words else "step"
    over = f"over {counted(scene.steps, 'time step')}"
    names = " and ".join(run.name for run in scene.runs)
    return f"How much each {what} still moves the last state of {names}, {over}. {' '.join(map(_first, scene.runs))}"


def _first(run: Run) -> str:
    if run.most == 0:
        return f"In {run.name} no step moves it."
    at = run.shares.index(1.0) + 1
    return f"In {run.name} step {at} moves it most, and step 1 {exactly(run.shares[0])} times as much."


def description(scene: Scene) -> Description:
    """Tell the numbers of every step, and how they were found."""
    strongest = " ".join(f"In {run.name} that of the strongest step is {text_of(run.most, 3)}." for run in scene.runs)
    text = (
        "The last state of a layer is differentiated by the input of each step, exactly, by the chain rule through "
        "every step in between. Shown is how far, at most, the last state moves for a small change of the input "
        f"(the largest singular value of the derivative), divided by that of the strongest step. {strongest} "
        f"{scene.weights_said} {scene.note}"
    )
    rows = []
    for step in range(1, scene.steps + 1):
        word = [scene.said(step)] if scene.words else []
        rows.append([str(step), *word, *(exactly(run.shares[step - 1]) for run in scene.runs)])
    head = ["time step", *(["word"] if scene.words else []), *(run.name for run in scene.runs)]
    return {"text": text, "head": head, "rows": rows}


def steps(scene: Scene) -> tuple[str, ...]:
    """Say for each step how much it still moves the last state of each layer."""
    return tuple(_step(scene, step) for step in range(1, scene.steps + 1))


def _step(scene: Scene, step: int) -> str:
    word = f" “{scene.word(step)}”" if scene.word(step) else " padding" if scene.words else ""
    said = " and ".join(f"{exactly(run.shares[step - 1])} in {run.name}" for run in scene.runs)
    return f"Step {step} of {scene.steps}{word}: {said}."
