"""The style sheet, made of the tokens: small, since most of the look is the palette's and the widgets' own."""

from __future__ import annotations

from vbg.gui.tokens import RADIUS, SMALL_RADIUS, Tokens


def made(t: Tokens, chevron: str) -> str:
    """chevron: path of an SVG."""
    bold_line = 2 if t.name == "high contrast" else 1
    frame = f"{bold_line}px solid {t.line}"
    return f"""
* {{ outline: none; }}
QWidget {{ color: {t.text}; font-size: 10pt; }}
QWidget#window, QWidget#column {{ background: {t.window}; }}
QFrame#side {{ background: {t.panel}; border: {frame}; border-radius: {RADIUS}px; }}
QFrame[role="row"] {{ background: {t.panel}; border: {frame}; border-radius: {SMALL_RADIUS}px; }}
QFrame[role="row"][on="true"] {{ border: 2px solid {t.accent}; }}
QProgressBar {{ background: {t.field}; border: none; border-radius: 3px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QFrame#foot {{ background: {t.panel}; border: {frame}; border-radius: {RADIUS}px; }}
QWidget#page, QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: 11pt; font-weight: 600; }}
QLabel[role="section"] {{ font-weight: 600; color: {t.muted}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="small"] {{ color: {t.muted}; font-size: 9pt; }}
QLabel[role="strong"] {{ font-weight: 600; }}

QPushButton, QToolButton, QComboBox, QLineEdit {{
  background: {t.field}; border: 1px solid {t.line if t.name == "high contrast" else t.field}; border-radius: {SMALL_RADIUS}px;
  padding: 6px 12px; min-height: 20px; }}
QPushButton:hover, QToolButton:hover, QComboBox:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.line}; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus {{ border: 2px solid {t.accent}; padding: 5px 11px; }}
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled {{ color: {t.edge}; }}
QToolButton {{ padding: 6px; min-width: 22px; }}
QToolButton:focus {{ padding: 5px; }}
QToolButton:checked {{ background: {t.tint}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton::menu-indicator {{ image: url({chevron}); width: 16px; height: 16px; subcontrol-position: right center; subcontrol-origin: padding; right: 6px; }}

QComboBox {{ padding-right: 26px; combobox-popup: 0; }}
QComboBox:focus {{ padding-right: 25px; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url({chevron}); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.edge}; border-radius: {SMALL_RADIUS}px; padding: 4px;
  selection-background-color: {t.tint}; selection-color: {t.text}; }}
QComboBox QAbstractItemView::item {{ min-height: 30px; padding: 0 8px; border-radius: 6px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMenu {{ background: {t.panel}; border: 1px solid {t.edge}; border-radius: {SMALL_RADIUS}px; padding: 5px; }}
QMenu::item {{ padding: 7px 26px 7px 14px; border-radius: 6px; }}
QMenu::item:selected {{ background: {t.tint}; }}
QMenu::item:disabled {{ color: {t.edge}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 5px 8px; }}
QToolTip {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.edge}; padding: 5px 8px; }}

QSlider {{ min-height: 24px; border-radius: 6px; border: 2px solid transparent; }}
QSlider:focus {{ border: 2px solid {t.accent}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.edge}; }}
QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {t.edge}; }}
QSlider::handle:horizontal {{ width: 16px; height: 16px; margin: -6px 0; border-radius: 8px; background: {t.accent}; }}
QSlider::handle:horizontal:hover {{ background: {t.accent_hover}; }}
QSlider::handle:horizontal:disabled {{ background: {t.edge}; }}

QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px 1px; }}
QScrollBar::handle:vertical {{ background: {t.hover if t.name != "high contrast" else t.line}; border-radius: 3px; min-height: 32px; margin: 0 1px; }}
QScrollBar::handle:vertical:hover {{ background: {t.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none; height: 0; }}

QFrame[role="warn"] {{ background: {t.warn_ground}; border: {bold_line}px solid {t.bad if t.name == "high contrast" else t.warn_ground}; border-radius: {RADIUS - 2}px; }}
QFrame[role="warn"] QLabel {{ color: {t.warn_text}; }}
QFrame[role="info"] {{ background: {t.info_ground}; border: {bold_line}px solid {t.line if t.name == "high contrast" else t.info_ground}; border-radius: {RADIUS - 2}px; }}
QFrame[role="info"] QLabel {{ color: {t.info_text}; }}
QFrame[role="warn"] QPushButton, QFrame[role="info"] QPushButton {{ background: {t.panel}; }}
QFrame[role="warn"] QPushButton:hover, QFrame[role="info"] QPushButton:hover {{ background: {t.field}; }}
QFrame QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600; }}
QFrame QPushButton[role="primary"]:hover {{ background: {t.accent_hover}; }}
QFrame QPushButton[role="primary"]:focus {{ border: 2px solid {t.text}; }}
QFrame[role="warn"] QToolButton, QFrame[role="info"] QToolButton {{ background: transparent; border-color: transparent; }}
QFrame[role="warn"] QToolButton:focus, QFrame[role="info"] QToolButton:focus {{ border: 2px solid {t.accent}; }}
"""
