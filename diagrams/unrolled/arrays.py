"""Arrays of a figure's numbers: their type, and read-only copies of them."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]


def read_only(values: ArrayLike | Sequence[Array]) -> Array:
    """Copy numbers of any shape into an array that nobody can change."""
    own = np.array(values, dtype=np.float64)
    own.flags.writeable = False
    return own
