"""The layers: their weights, and one step of their forward pass in NumPy."""
