"""The figure in the page: its place, its number and caption, its inline drawing, and its controls."""
