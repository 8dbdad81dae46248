"""`make look`: every figure and every view on one page and on sheets, to be looked at."""
