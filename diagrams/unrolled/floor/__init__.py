"""Building blocks for diagrams that no view draws: things, how they are arranged, and how they are connected."""
