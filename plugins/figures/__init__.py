"""Figures drawn by the scripts that articles refer to."""


def register() -> None:
    """Connect the plugin. Pelican is imported only here, so that the rendering children don't pay for it.

    Raises SystemExit if a package is missing: after any other exception, Pelican continues without the plugin.
    """
    try:
        from .hooks import connect
    except ModuleNotFoundError as problem:
        name, base = problem.name or "", __name__.rpartition(".")[0]
        advice = f"copy the whole folder {base}/" if name.startswith(f"{base}.") else f"python -m pip install {name}"
        raise SystemExit(f"{__name__} needs the module {name}, which is not installed: {advice}") from problem

    connect()
