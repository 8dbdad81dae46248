"""The Diagrams page: every figure of the site with the script that draws it."""


def register() -> None:
    """Connect the plugin."""
    from .hooks import connect

    connect()
