"""Pages in the language of their article: gettext catalogues for the theme's templates and the plugins' own words."""


def register() -> None:
    """Connect the plugin. Pelican is imported only here: plugins that only look up messages don't need it."""
    from .hooks import connect

    connect()
