"""What drawings become: a PNG as a data URL, which a page, a mail or a chat shows as it is."""
from __future__ import annotations

import base64
import io

# Those of Pillow that a PNG can hold.
_MODES = {"1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA"}


def figure_url(figure) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return _png_url(buffer)


def axes_url(axes) -> str:
    """`DataFrame.plot()` gives these."""
    return figure_url(axes.figure)


def image_url(image) -> str:
    buffer = io.BytesIO()
    (image if image.mode in _MODES else image.convert("RGB")).save(buffer, "PNG")
    return _png_url(buffer)


def _png_url(buffer: io.BytesIO) -> str:
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
