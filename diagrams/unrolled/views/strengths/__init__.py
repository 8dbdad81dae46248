"""How much each step of a run still moves the last state: its chart and its words."""
