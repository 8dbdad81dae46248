"""The unrolled layer: what it shows, and its two forms."""
