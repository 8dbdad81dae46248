"""`make look`: every figure and every view on one page and on contact sheets, for visual inspection."""
