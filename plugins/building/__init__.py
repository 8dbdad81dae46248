"""How a site is built quickly: what hasn't changed is kept, and the rest is made on all cores."""


def register() -> None:
    """Connect all of it; the lock is the last, because it lets the next build in."""
    from . import output, pages, templates, unchanged

    for module in (templates, pages, unchanged, output):
        module.register()
