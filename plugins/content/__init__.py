"""Checks of articles and pages: their headers in each build, everything else with `make check-content`."""


def register() -> None:
    """Connect the plugin, which checks headers and folders whenever the site is built."""
    from .hooks import connect

    connect()
