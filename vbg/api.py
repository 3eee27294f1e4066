"""For other programs: `vbg.remove_background`. (What goes frame by frame is `vbg.Pipeline`.)"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbg import pictures
from vbg.errors import UsageError
from vbg.matting.style import Style
from vbg.models import Model
from vbg.pictures import Photo
from vbg.still import Given, Still, cut_out

_HINT = "Give (height, width, 3) RGB, (height, width, 4) RGBA or (height, width) gray, uint8 or uint16; or the path of a file."


def remove_background(
    image: NDArray[Any] | str | Path,
    *,
    style: Style | None = None,
    model: Model | None = None,
    trimap: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """The people in a picture, cut out: what `vbg photo` does.

    image: (height, width, 3) RGB, (height, width, 4) RGBA with straight alpha or (height, width) gray, uint8 or uint16; or the
    path of a picture file, which is turned upright as it says. It is not changed. style: the user's say in the outline. model:
    who finds the people; the usual one looks many times. trimap: (height, width) uint8, what is known: 255 is person, 0 is room,
    between is found out by the colours; the model is not asked then.

    Returns (height, width, 4) RGBA with straight alpha, of the image's dtype: the people's own colours, nothing of the room in
    them, and an alpha of 0 where nobody is. A few tenths of a second for a small picture, some seconds for twelve megapixels; the
    very first call on a machine compiles for some seconds more. Any thread may call it, one at a time.

    Raises UsageError for an image that is none, or a trimap of another size; ModelError.
    """
    photo = pictures.load(Path(image)) if isinstance(image, str | Path) else _photo(np.asarray(image))
    if trimap is not None and (trimap.shape != photo.pixels.shape[:2] or trimap.dtype != np.uint8):
        raise UsageError(f"a trimap of {trimap.dtype} {trimap.shape} is none for this image", "Give (height, width) uint8.")
    with closing(Still(model)) as still:
        steps = still.steps(photo.pixels, style or Style(), Given(photo.clear, trimap))
    made = cut_out(steps.cleaned(photo.full, photo.pixels), steps.alpha)
    return np.ascontiguousarray(made[:, :, [2, 1, 0, 3]])


def _photo(image: NDArray[Any]) -> Photo:
    """The array as a file would give it. Raises UsageError."""
    gray, colours = image.ndim == 2, image.ndim == 3 and image.shape[2] in (3, 4)
    if not (gray or colours) or image.dtype not in (np.uint8, np.uint16) or image.size == 0:
        raise UsageError(f"an array of {image.dtype} {image.shape} is no image", _HINT)
    full = np.repeat(image[:, :, None], 3, axis=2) if gray else np.ascontiguousarray(image[:, :, 2::-1])
    clear = np.ascontiguousarray(image[:, :, 3]) if colours and image.shape[2] == 4 else None
    if clear is not None:
        full = pictures.over_black(full, clear)
    return Photo(pictures.shallow(full), full, clear)
