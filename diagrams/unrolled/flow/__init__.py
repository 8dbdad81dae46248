"""The layout engine: items in slots along time and on tracks from input to output, laid out across or down the page."""
