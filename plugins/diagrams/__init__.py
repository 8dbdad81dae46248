"""The gallery: every figure of the site, and a page for each with the script that draws it."""


def register() -> None:
    """Connect the plugin."""
    from .hooks import connect

    connect()
