"""The same block twice: with its layer normalization in the branches, and on the belt."""

from dataclasses import replace

from _panels import panels
from unrolled import Picture, read_keras, transformer
from unrolled.description import Description
from unrolled.shapes.cells import Vector
from unrolled.shapes.shape import Shape

FORMS = {
    "small": ("pre-norm", "the norm is in the branch"),
    "original": ("post-norm", "the norm is on the belt"),
}
NORMS = ("norm-1", "norm-2", "after-1-1", "after-2-1")
ALT = "Two blocks for “{word}”, with the same layers. Pre-norm: {pre} Post-norm: {post}"


def draw(code: str, words: list[str]) -> Picture:
    """Draw both models of the code down the page, for the last word."""
    pictures = [_down(transformer(read_keras(code, model=name), words)) for name in FORMS]
    pre, post = (each.description for each in pictures)
    alt = ALT.format(word=words[-1], pre=pre.alt, post=post.alt)
    text = f"Pre-norm: {pre.text} Post-norm: {post.text}"
    return panels(pictures, [*FORMS.values()], Description(alt, text, (), pre.columns, (*pre.rows, *post.rows)))


def _down(picture: Picture) -> Picture:
    """Take the form whose belt runs down, without its notes and its numbers."""
    names = {shape.name for shape in picture.shapes}
    form = picture.emphasize(*(name for name in NORMS if name in names))
    form = form.narrow or form
    return replace(form, shapes=tuple(map(_bare, (each for each in form.shapes if not each.name.startswith("note-")))))


def _bare(shape: Shape) -> Shape:
    return replace(shape, cells=("",) * len(shape.cells)) if isinstance(shape, Vector) else shape
