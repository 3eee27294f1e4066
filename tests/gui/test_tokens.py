"""The table of colours keeps what WCAG 2.2 asks for, in every theme."""

from __future__ import annotations

import pytest

from vbg.gui.tokens import READ, SEEN, THEMES, contrast


def test_contrast_is_wcag_s() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known gray that just fails


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), READ)
def test_what_is_read_has_enough_contrast(theme: str, ink: str, ground: str) -> None:
    tokens = THEMES[theme]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("part", "ground"), SEEN)
def test_what_is_seen_has_enough_contrast(theme: str, part: str, ground: str) -> None:
    tokens = THEMES[theme]
    assert contrast(getattr(tokens, part), getattr(tokens, ground)) >= 3


def test_high_contrast_is_high() -> None:
    tokens = THEMES["high contrast"]
    assert all(contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 7 for ink, ground in READ)
