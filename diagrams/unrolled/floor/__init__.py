"""The open floor: things that are placed and joined, for diagrams that no view draws."""
