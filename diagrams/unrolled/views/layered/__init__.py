"""A model as columns of layers: the shapes that flow, and the parameters counted."""
