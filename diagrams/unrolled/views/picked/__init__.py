"""A row of a table that is picked by a product: one-hot vector times matrix."""
