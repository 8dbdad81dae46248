"""The preview: it builds on every save and shows the result in the browser."""
