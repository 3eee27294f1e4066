"""Every word that the window shows goes through `tr`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent / "languages"
_CONTEXT = "vbg"


def tr(text: str, **values: Any) -> str:
    """`text` in the user's language, with `{name}` replaced by the values."""
    said = QCoreApplication.translate(_CONTEXT, text)
    return said.format(**values) if values else said


def languages() -> dict[str, str]:
    """What there is beside English: code -> the language's own name."""
    found = {path.stem: _read(path)["language"] for path in sorted(FOLDER.glob("*.toml"))}
    return {"en": "English", **found}


class Words(QTranslator):
    """Looks a text up in `languages/CODE.toml`: English text -> the other language's."""

    def __init__(self, code: str) -> None:
        super().__init__()
        path = FOLDER / f"{code}.toml"
        self._words: dict[str, str] = _read(path)["words"] if path.is_file() else {}

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        return self._words.get(source) if context == _CONTEXT else None  # None: ask the next translator

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return not self._words


def code_for(wish: str) -> str:
    """The language to take: the one wished for, or the system's where we have it, or English."""
    system = QLocale.system().name().split("_")[0]
    return wish if wish in languages() else system if system in languages() else "en"


def install(app: QCoreApplication, code: str) -> list[QTranslator]:
    """Make `code` the language of the app: our words and Qt's own. The app keeps no hold on them: the caller must."""
    QLocale.setDefault(QLocale(code))
    qt_words = QTranslator()
    qt_words.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    installed: list[QTranslator] = [qt_words, Words(code)]
    for one in installed:
        app.installTranslator(one)
    return installed


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
