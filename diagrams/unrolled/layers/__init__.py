"""The layers: their shapes and weights, and their forward pass in NumPy; each module is loaded when it is used."""
