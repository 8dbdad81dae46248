"""Vectors to points in the plane: their two numbers, or the two directions in which they differ most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...arrays import Array, read_only


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Projection:
    """What turns vectors into points: a middle, two directions, and how much of the variance they keep."""

    middle: Array
    """(features,): subtracted first."""
    directions: Array
    """(features, 2): one column for each axis of the plane."""
    kept: float
    """Between 0 and 1."""
    is_whole: bool
    """Whether the vectors have two numbers at most, which are the axes themselves."""

    def points(self, vectors: Array) -> Array:
        """Project vectors (n, features) to (n, 2)."""
        return read_only((vectors - self.middle) @ self.directions)


def projection_of(vectors: Array) -> Projection:
    """Keep two numbers as they are; of more, find the principal components by a singular value decomposition.

    A direction's sign is free: here its largest number is positive, so that equal vectors give equal pictures.
    """
    features = vectors.shape[1]
    if features <= 2:
        return Projection(read_only(np.zeros(features)), read_only(np.eye(2)[:features]), 1.0, is_whole=True)
    middle = vectors.mean(axis=0)
    _, lengths, components = np.linalg.svd(vectors - middle, full_matrices=False)
    two = np.zeros((2, features))
    two[: min(2, len(components))] = components[:2]
    largest = two[range(2), np.argmax(np.abs(two), axis=1)]
    directions = (two * np.where(largest < 0, -1, 1)[:, None]).T
    variances = lengths**2
    kept = float(variances[:2].sum() / variances.sum()) if variances.sum() > 0 else 1.0
    return Projection(read_only(middle), read_only(directions), kept, is_whole=False)
