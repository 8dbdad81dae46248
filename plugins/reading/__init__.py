"""Articles are read quicker, and give what Pelican's own reading gives: each is converted by one Markdown object."""


def register() -> None:
    """Connect the plugin."""
    from .hooks import connect

    connect()
