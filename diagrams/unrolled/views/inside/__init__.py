"""One step inside a recurrent layer: its quantities, its layout and its description."""
