"""A recurrent layer as a loop, and the loop unrolled."""
