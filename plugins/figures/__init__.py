"""Figures drawn by the scripts that articles refer to."""


def register() -> None:
    """Connect the plugin. Pelican is imported only here: the children that render must not pay for it."""
    from .hooks import connect

    connect()
