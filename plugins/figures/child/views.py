"""Inside the child: the part of a drawing that lists show, where the whole one would be too small to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any, NamedTuple

from ..records import View
from ..renderers import Wrapper
from ..routing import BOX_PX

LEGIBLE_PX = 10
"""Smaller text is unreadable: of a figure that would have some, a list shows a part."""
LARGEST = 1.15
"""The largest scale: a drawing that is made for a card isn't blown up."""
SCALES = 1, 0.9, 0.8, 0.7
"""The sizes of the parts that are tried, relative to the largest that can be read."""
STEP, EDGE = 3, 4
"""How far apart the parts are that are tried, and how much room a mark needs at the edge, in CSS pixels."""
WHOLE, UNREADABLE = 1_000_000, -1_000_000
"""The scores of a whole drawing, and of a part without a text that can be read."""
TEXT, SHAPE, LARGE, THIN = 400, 60, 20, 12
"""What it costs to cut a text, a shape, one that fits into no part, and a straight line that runs into the edge."""
WORTH = 3
"""What a whole shape counts for; a text counts for the height of its letters, or for its width if that is less."""
THIN_PX = 4
"""Anything thinner is a straight line."""


class Mark(NamedTuple):
    """A text, a line or a shape, and where it is, in CSS pixels."""

    left: float
    top: float
    right: float
    bottom: float
    letters: float = 0
    """The height of its letters, if it is a text."""
    is_area: bool = False
    """Whether it is filled, but has no outline."""

    def is_in(self, view: View) -> bool:
        """Return whether a view shows any of it."""
        return (
            view.left < self.right
            and self.left < view.left + view.width
            and view.top < self.bottom
            and self.top < view.top + view.height
        )


class Recorder(Wrapper):
    """Passes on to a renderer what matplotlib draws, and records where it is.

    Images and meshes are left out: like a background, they may end anywhere.
    """

    def __init__(self, renderer: Any, px: float) -> None:
        super().__init__(renderer)
        self._px = px
        """The CSS pixels in a unit of the renderer's."""
        self.marks: list[Mark] = []
        self.texts: list[Mark | None] = []
        """All texts, in the order in which they are drawn; None if nothing of one is seen."""

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        """Draw a line or a shape."""
        self._record(gc, transform.transform(_vertices(path)), rgbFace)
        self.renderer.draw_path(gc, path, transform, rgbFace)

    def draw_markers(
        self,
        gc: Any,
        marker_path: Any,
        marker_trans: Any,
        path: Any,
        trans: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Draw a shape at each point of a line."""
        shape = marker_trans.transform(_vertices(marker_path))
        for place in trans.transform(_vertices(path)):
            self._record(gc, shape + place, rgbFace)
        self.renderer.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)

    def draw_path_collection(
        self,
        gc: Any,
        master_transform: Any,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Any,
        *more: Any,
        **named: Any,
    ) -> None:
        """Draw many shapes, each at a place of its own."""
        from matplotlib.transforms import Affine2D

        shapes = [
            (Affine2D(turned) + master_transform).transform(_vertices(path))
            for path, turned in zip(*_repeated(paths, all_transforms), strict=True)
        ]
        for shape, place in zip(*_repeated(shapes, offset_trans.transform(offsets)), strict=True):
            self._record(gc, shape + place)
        self.renderer.draw_path_collection(
            gc, master_transform, paths, all_transforms, offsets, offset_trans, *more, **named
        )

    def draw_text(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, *more: Any, **named: Any) -> None:
        """Draw a text."""
        self._record_text(gc, x, y, s, prop, angle, *more)
        self.renderer.draw_text(gc, x, y, s, prop, angle, *more, **named)

    def draw_tex(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, **named: Any) -> None:
        """Draw a formula of LaTeX's."""
        self._record_text(gc, x, y, s, prop, angle, "TeX")
        self.renderer.draw_tex(gc, x, y, s, prop, angle, **named)

    def _record_text(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, ismath: Any = False) -> None:
        from matplotlib.transforms import Affine2D

        width, height, below = self.renderer.get_text_width_height_descent(s, prop, ismath)
        corners = [(left, top) for left in (0, width) for top in (-below, height - below)]
        turned = Affine2D().rotate_deg(angle).translate(x, self.renderer.height - y)  # texts are placed from the top
        mark = self._record(gc, turned.transform(corners), letters=prop.get_size_in_points() * self._px)
        if not self.is_in_image:
            self.texts.append(mark)

    def _record(self, gc: Any, points: Any, fill: Any = None, letters: float = 0) -> Mark | None:
        import numpy as np

        points = points[np.isfinite(points).all(axis=1)]
        if self.is_in_image or not len(points):
            return None
        is_outlined = not letters and gc.get_linewidth() > 0 and gc.get_rgb()[3] > 0
        if not letters and fill is None and not is_outlined:
            return None
        around = gc.get_linewidth() / 2 if is_outlined else 0
        (left, low), (right, high) = points.min(axis=0) - around, points.max(axis=0) + around
        for limit in _limits(gc):
            left, right = max(left, limit.x0), min(right, limit.x1)
            low, high = max(low, limit.y0), min(high, limit.y1)
        if left > right or low > high:
            return None
        left, top, right, bottom = (
            side * self._px for side in (left, self.renderer.height - high, right, self.renderer.height - low)
        )
        self.marks.append(Mark(left, top, right, bottom, letters, fill is not None and not is_outlined))
        return self.marks[-1]


def _vertices(path: Any) -> Any:
    """Return the points of a path; those that close it are anywhere."""
    return path.vertices if path.codes is None else path.vertices[path.codes != path.CLOSEPOLY]


def _repeated(*lists: Any) -> Iterator[list[Any]]:
    """Return lists that are all as long as the longest, as matplotlib repeats what a collection has fewer of."""
    length = max(map(len, lists)) if all(map(len, lists)) else 0
    return ([*islice(cycle(values), length)] for values in lists)


def _limits(gc: Any) -> Iterator[Any]:
    """Yield the boxes beyond which nothing is seen."""
    if box := gc.get_clip_rectangle():
        yield box
    path, transform = gc.get_clip_path()
    if path is not None:
        yield path.get_extents(transform)


def best_view(size_px: tuple[float, float], marks: Sequence[Mark]) -> View | None:
    """Return what of a drawing a list shows; None if no part of it can be read.

    It is the whole drawing, if that leaves its letters large enough, and otherwise the part with the most text that
    cuts the fewest marks. All have the shape of a list's box.
    """
    least = min((mark.letters for mark in marks if mark.letters), default=0)
    all_of_it = whole(size_px)
    if not least or least * BOX_PX[0] / all_of_it.width >= LEGIBLE_PX:
        return all_of_it
    largest = least / LEGIBLE_PX
    views = [_best(size_px, marks, scale * largest) for scale in SCALES if scale * largest * LARGEST >= 1]
    best = max(views, key=lambda view: view.score, default=None)
    return best if best and best.score > -SHAPE else None


def whole(size_px: tuple[float, float]) -> View:
    """Return a view of a whole drawing, in the middle of a list's box."""
    scale = min(LARGEST, *(room / side for room, side in zip(BOX_PX, size_px, strict=True)))
    across, down = (room / scale for room in BOX_PX)
    return View(WHOLE, (size_px[0] - across) / 2, (size_px[1] - down) / 2, across, down)


def _best(size_px: tuple[float, float], marks: Sequence[Mark], scale: float) -> View:
    """Return the best of the parts of one size, `scale` times as large as a list's box."""
    import numpy as np

    across, down = (side * scale for side in BOX_PX)
    left, top, right, bottom, letters, is_area = np.array(marks).T
    lefts, tops = _steps(size_px[0] - across), _steps(size_px[1] - down)
    whole_across, part_across = _seen(lefts, across, left, right)
    whole_down, part_down = _seen(tops, down, top, bottom)
    fits = (right - left <= across - 2 * EDGE) & (bottom - top <= down - 2 * EDGE)
    cost = np.select([letters > 0, fits, is_area > 0], [TEXT, SHAPE, 0], LARGE)
    is_level, is_upright = ((letters == 0) & (thin <= THIN_PX) for thin in (bottom - top, right - left))
    # In whole numbers, so that sums are exact, and equal on every machine.
    worth = np.select([letters > 0, ~is_level & ~is_upright], [np.minimum(letters, right - left).round(), WORTH])
    score = whole_across * (worth + cost) @ whole_down.T - part_across * cost @ part_down.T
    spared = np.minimum(cost, THIN) - cost
    score -= (part_across - whole_across) * (spared * is_level) @ whole_down.T
    score -= whole_across * (spared * is_upright) @ (part_down - whole_down).T
    score[whole_across * (letters > 0) @ whole_down.T == 0] = UNREADABLE
    row, column = np.unravel_index(score.argmax(), score.shape)
    return View(float(score[row, column]), float(lefts[row]), float(tops[column]), across, down)


def _seen(starts: Any, length: float, first: Any, last: Any) -> tuple[Any, Any]:
    """Return along one side which marks (columns) are whole and which are at all in the parts (rows) from `starts`."""
    begin, end = starts[:, None], starts[:, None] + length
    are_whole = (begin + EDGE <= first) & (last <= end - EDGE)
    return are_whole.astype(float), ((begin < last) & (first < end)).astype(float)


def _steps(left_over: float) -> Any:
    """Return where a part can begin along one side; one that has room to spare is in the middle."""
    import numpy as np

    return np.array([left_over / 2]) if left_over <= 0 else np.linspace(0, left_over, round(left_over / STEP) + 1)
