"""The look in numbers: one table of colours per theme, and the sizes that all of them share. Knows nothing of Qt."""

from __future__ import annotations

from dataclasses import dataclass

RADIUS, SMALL_RADIUS, GAP = 14, 8, 8
"""px: of panels and the preview, of buttons and fields, between things that belong together."""

PANEL_WIDTH = 348
"""px: the side panel."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as `#rrggbb`, by role.

    window, panel, field: what things stand on, from the back to the front. hover: a field under the pointer. line: between
    areas. edge: the border of a control that is told by it alone. text, muted: on any of the three. accent, on_accent: what
    is chosen and what stands on it. tint: behind chosen text. good, wait, bad: the state's dot. warn_*, info_*: bars.
    stage, on_stage: what the picture stands on.
    """

    name: str
    dark: bool
    window: str
    panel: str
    field: str
    hover: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    tint: str
    good: str
    wait: str
    bad: str
    warn_ground: str
    warn_text: str
    info_ground: str
    info_text: str
    stage: str
    on_stage: str


LIGHT = Tokens(
    "light", False, window="#f3f4f7", panel="#ffffff", field="#eef0f4", hover="#e3e6ec", line="#e2e5ea", edge="#7d8694",
    text="#14171c", muted="#545d6b", accent="#3b55d9", accent_hover="#3048bf", on_accent="#ffffff", tint="#e7ebfd",
    good="#1b8552",
    wait="#a86a00", bad="#c8322b", warn_ground="#fdebe8", warn_text="#8a1c16", info_ground="#e7ebfd", info_text="#22328a",
    stage="#15171b", on_stage="#f2f3f5",
)  # fmt: skip

DARK = Tokens(
    "dark", True, window="#121418", panel="#1b1e24", field="#272b33", hover="#323741", line="#2b3038", edge="#7e8896",
    text="#eceef2", muted="#a7afbc", accent="#8da2ff", accent_hover="#a5b6ff", on_accent="#0d1230", tint="#2a3157",
    good="#4cc98a",
    wait="#f0b352", bad="#ff8078", warn_ground="#3d1f1e", warn_text="#ffc9c4", info_ground="#232a4d", info_text="#cdd6ff",
    stage="#090a0c", on_stage="#f2f3f5",
)  # fmt: skip

HIGH_CONTRAST = Tokens(
    "high contrast", True, window="#000000", panel="#000000", field="#000000", hover="#1f1f1f", line="#ffffff", edge="#ffffff",
    text="#ffffff", muted="#ffffff", accent="#ffe04a", accent_hover="#ffffff", on_accent="#000000", tint="#3a3300",
    good="#5dff9b",
    wait="#ffe04a", bad="#ff9b94", warn_ground="#000000", warn_text="#ffffff", info_ground="#000000", info_text="#ffffff",
    stage="#000000", on_stage="#ffffff",
)  # fmt: skip

THEMES = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}

READ = (
    ("text", "window"), ("text", "panel"), ("text", "field"), ("text", "hover"), ("text", "tint"), ("muted", "window"),
    ("muted", "panel"), ("muted", "field"), ("on_accent", "accent"), ("on_accent", "accent_hover"), ("warn_text", "warn_ground"),
    ("info_text", "info_ground"), ("on_stage", "stage"), ("accent", "panel"), ("accent", "window"),
)  # fmt: skip
"""What is read on what: 4.5:1 at least (WCAG 2.2, 1.4.3)."""

SEEN = (
    ("edge", "panel"), ("edge", "window"), ("good", "window"), ("wait", "window"), ("bad", "window"), ("good", "panel"),
    ("wait", "panel"), ("bad", "panel"), ("accent", "field"),
)  # fmt: skip
"""What must be seen on what: 3:1 at least (WCAG 2.2, 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1..21 (WCAG 2.2, relative luminance of sRGB)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
