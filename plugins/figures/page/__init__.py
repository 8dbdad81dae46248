"""The figure in the page: where it stands, its number and caption, its drawing inline, and what belongs to it."""
