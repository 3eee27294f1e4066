"""Leaves out passers-by and stray patches: what is small beside the people that a picture is of."""

from __future__ import annotations

import cv2
import numpy as np

from vbg.frame import Mask

_SEEN = 0.3
"""Confidence from which cells hang together as a patch."""

_SMALL = 0.1
"""A patch with less than this part of the largest one's certainty is left out."""

_NEAR = 0.04
"""Unless it is so near the largest one, as a fraction of the picture's shorter side: a hand beyond a dark sleeve."""

_RIM = np.ones((7, 7), np.uint8)
"""The soft rim that goes with a patch."""


def without_passers(mask: Mask) -> Mask:
    """`mask` with nobody in it but the people whom the picture is of, (h, w) float32; `mask` itself where nobody else is."""
    count, labels = cv2.connectedComponents((mask > _SEEN).astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    weight = np.bincount(labels.ravel(), np.maximum(2 * mask - 1, 0).ravel(), count)
    weight[0] = 0
    kept = weight >= _SMALL * weight.max()
    reach = 2 * max(1, round(_NEAR * min(mask.shape))) + 1
    largest = (labels == int(weight.argmax())).astype(np.uint8)
    around = cv2.dilate(largest, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    kept[np.unique(labels[around > 0])] = True
    kept[0] = False
    stays = kept[labels]
    others = ((labels > 0) & ~stays).astype(np.uint8)
    if not others.any():
        return mask
    return np.where((cv2.dilate(others, _RIM) > 0) & ~stays, np.float32(0), mask)
