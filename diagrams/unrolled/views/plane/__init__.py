"""Words as points in a plane: projected, named without overlap, joined to their neighbours."""
