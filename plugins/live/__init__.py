"""The author's loop: a preview that builds on every save and shows it in the browser."""
