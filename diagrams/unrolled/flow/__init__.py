"""The one layout: things in slots along time and on tracks from input to output, laid across the page or down it."""
