"""Inside one step of a recurrent layer: its numbers, its places, its words."""
