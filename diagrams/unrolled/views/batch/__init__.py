"""A batch of samples as a box of cards, one sample a card."""
