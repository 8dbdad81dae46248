"""What is wrong with articles and pages themselves: their headers at each build, all else by `make check-content`."""


def register() -> None:
    """Connect the plugin, which looks at headers and folders whenever the site is built."""
    from .hooks import connect

    connect()
