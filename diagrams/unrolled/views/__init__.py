"""The views: whole pictures, one kind a module."""
