"""The pieces of an unrolled layer that look the same in both forms."""

from ...fonts import NAME, WORD, Style
from ...geometry import Frame, Point
from ...shapes.block import Block
from ...shapes.label import Label
from ...shapes.vector import Vector
from ...shapes.word import Word
from .scene import Scene, more_steps


def state(scene: Scene, step: int, frame: Frame, most: int) -> Vector:
    """Draw the state after a step: dashed before the first, with a second rim where it is the output."""
    return Vector(
        name=state_gid(scene, step),
        role="state",
        step=step,
        argument="units",
        frame=frame,
        cells=scene.state_cells(step, most),
        dashed=step == 0,
        second_rim=step == scene.last,
    )


def state_name(scene: Scene, step: int, at: Point, most: int, anchor: str = "middle") -> Label:
    """Name a state; the output's name is bold."""
    return Label(
        name=f"{state_gid(scene, step)}-name",
        role="state",
        step=step,
        argument="units",
        text=scene.state_name(step, most),
        at=at,
        style=NAME.bold() if step == scene.last else NAME,
        anchor=anchor,
    )


def state_gid(scene: Scene, step: int) -> str:
    """Name a state in the SVG."""
    return "output" if step == scene.last else f"state-{step}"


def embedding(scene: Scene, step: int, frame: Frame, most: int) -> Vector:
    """Draw a word's vector, on the word's ground."""
    return Vector(
        name=f"embedding-{step}",
        role="embedding",
        step=step,
        argument="features",
        frame=frame,
        cells=scene.embedding_cells(step, most),
        fill=scene.fill(step),
    )


def word(scene: Scene, step: int, frame: Frame, style: Style = WORD) -> Word:
    """Draw the word of a step."""
    return Word(
        name=f"word-{step}",
        step=step,
        argument="time_steps",
        text=scene.words[step - 1],
        frame=frame,
        fill=scene.fill(step),
        style=style,
    )


def block(scene: Scene, step: int, frame: Frame) -> Block:
    """Draw the layer as it is applied at a step."""
    return Block(name=f"block-{step}", step=step, frame=frame, text=scene.model.layer.block_name)


def more(hidden: int, at: Point, anchor: str = "middle") -> Label:
    """Say how many steps are left out."""
    return Label(name="more", role="muted", text=more_steps(hidden), at=at, style=NAME.bold(), anchor=anchor)
