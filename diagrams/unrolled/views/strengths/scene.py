"""What the chart shows: for each layer a share for each step, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor, log10

from ...arrays import Array
from ...fonts import WORD as WHOLE_WORD
from ...i18n import Paragraph, gettext, pgettext
from ...layers.recurrent import Recurrent
from ...numbers import text_of
from ...palette import word_fills

WORD = WHOLE_WORD.sized(15)
LINEAR, LOG = "linear", "log"
SMALL = 0.005
"""What is less would be printed as 0.00."""
PADDING = pgettext("for an empty word", "padding")
"""What stands for an empty word."""
TINY = 6
"""More digits behind the point than these tell nobody anything."""


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Run:
    """A layer, and how far a small change of each input can move its last state."""

    layer: Recurrent
    name: str
    strengths: Array

    @property
    def most(self) -> float:
        """The strength of the step that moves it most."""
        return float(self.strengths.max())

    @property
    def shares(self) -> list[float]:
        """Each step, compared with the one that moves the last state most."""
        return [float(each) / self.most if self.most > 0 else 0.0 for each in self.strengths]


@dataclass(frozen=True, eq=False)
class Scene:
    """Layers to compare, over the same steps."""

    runs: tuple[Run, ...]
    words: tuple[str, ...] | None
    scale: str
    weights_said: str

    @cached_property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.runs[0].strengths)

    def word(self, step: int) -> str:
        """Tell the word of a step, where there are words."""
        return self.words[step - 1] if self.words else ""

    def said(self, step: int) -> str:
        """Name a step beside the chart: by its word, or by its number."""
        return (self.word(step) or PADDING) if self.words else str(step)

    def fill(self, step: int) -> str | None:
        """The ground of a step's word."""
        return word_fills(self.words)[self.words[step - 1]] if self.words else None

    @property
    def is_log(self) -> bool:
        """Whether a place tells a power of ten."""
        return self.scale == LOG

    @cached_property
    def least(self) -> int:
        """The power of ten at which a logarithmic scale begins."""
        shares = [share for run in self.runs for share in run.shares if share > 0]
        return min(-1, floor(log10(min(shares)))) if shares else -1

    def height(self, share: float) -> float:
        """Place a share between the beginning of the scale, 0, and its end, 1."""
        if not self.is_log:
            return share
        return 1 - log10(share) / self.least if share > 0 else 0.0

    @property
    def note(self) -> str:
        """Say what is drawn, and on which scale."""
        what = gettext("How far a small change at each step moves the last state; the step that moves it most is 1.")
        if self.words:
            what = gettext(
                "How far a small change at each word moves the last state; the word that moves it most is 1."
            )
        if self.is_log:
            return Paragraph(what, gettext("Logarithmic scale: equal distances are equal factors."))
        return Paragraph(what, gettext("Linear scale from 0."))


def rounded(share: float) -> str:
    """Print a share with two decimals."""
    return text_of(share, 2)


def exactly(share: float) -> str:
    """Print a share with two decimals, a smaller one with two digits that count."""
    if share == 0 or share >= 0.1:
        return text_of(share, 2)
    places = 1 - floor(log10(share))
    return text_of(share, places) if places <= TINY else gettext("under %(number)s", number=text_of(10.0**-TINY, TINY))
