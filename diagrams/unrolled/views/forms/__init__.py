"""The forms that models have: one or many steps in, one or many out; a small picture of each."""
