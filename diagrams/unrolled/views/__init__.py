"""The views: whole pictures, one kind per module."""
