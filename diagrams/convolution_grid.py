"""A convolution: a 3 × 3 kernel on a 5 × 5 image, and how one cell of its output is computed."""

import numpy as np

from unrolled import Picture, above, arrow, beside, cells, gettext, label, operator

IMAGE = np.array([[0, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0]])
KERNEL = np.array([[-1, 2, -1]] * 3)
ALT = "Nine cells of a 5 × 5 image times a 3 × 3 kernel: the products add up to %(sum)s, the marked cell."
TOLD = "The kernel finds vertical lines. It slides over all nine places of the image; each gives a cell of the output."


def draw() -> Picture:
    """Place the kernel on a patch of the image; the products add up to a cell."""
    patches = np.lib.stride_tricks.sliding_window_view(IMAGE, KERNEL.shape)
    output = (patches * KERNEL).sum(axis=(2, 3))
    image = above(label("image"), cells(IMAGE, marked=np.s_[0:3, 1:4]))
    kernel = above(label("kernel"), cells(KERNEL, "memory"))
    products = above(label("products"), cells(patches[0, 1] * KERNEL))
    answer = above(label("output"), cells(output, "output", marked=(0, 1)))
    parts = image, operator("×"), kernel, operator("="), products
    return beside(*parts, arrow("sum"), answer).picture(gettext(ALT, sum=output[0, 1]), TOLD)
