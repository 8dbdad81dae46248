"""Words for diagrams that no view draws: things, how they stand, and what joins them."""
