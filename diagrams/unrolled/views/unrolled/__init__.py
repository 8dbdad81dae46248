"""The unrolled model: its content and its two layouts."""
