"""The project's own Pelican plugins."""
