"""Reads articles faster than Pelican, with the same results: one Markdown object converts them all."""


def register() -> None:
    """Connect the plugin."""
    from .hooks import connect

    connect()
