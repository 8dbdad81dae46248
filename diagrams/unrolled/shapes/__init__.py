"""The shapes of figures, one kind a module."""
