"""Computed numbers: weights, runs, derivatives and vectors of words."""
