"""The shapes of figures, grouped by subject."""
