"""Notebooks: one of each article to download. Articles that are notebooks themselves are a plugin of their own."""


def register() -> None:
    """Connect what makes notebooks; `ipynb`, which reads them, needs packages that few sites have."""
    from . import downloads

    downloads.register()
