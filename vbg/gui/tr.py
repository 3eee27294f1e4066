"""Every word that the window shows goes through `tr`, and what is said below the window through `heard`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent / "languages"
_PLACE = re.compile(r"{(\d)}")
_CONTEXT, _BELOW = "vbg", "vbg below"


def tr(text: str, **values: Any) -> str:
    """`text` in the user's language, with `{name}` replaced by the values."""
    said = QCoreApplication.translate(_CONTEXT, text)
    return said.format(**values) if values else said


def heard(sentence: str) -> str:
    """A sentence of the engine in the user's language; what is not known stays as it is."""
    return QCoreApplication.translate(_BELOW, sentence) if sentence else ""


def languages() -> dict[str, str]:
    """What there is beside English: code -> the language's own name."""
    found = {path.stem: _read(path)["language"] for path in sorted(FOLDER.glob("*.toml"))}
    return {"en": "English", **found}


class Words(QTranslator):
    """Looks a text up in `languages/CODE.toml`: English text -> the other language's, words and sentences apart."""

    def __init__(self, code: str) -> None:
        super().__init__()
        path = FOLDER / f"{code}.toml"
        read = _read(path) if path.is_file() else {"words": {}, "sentences": {}}
        self._words: dict[str, str] = read["words"]
        self._sentences = Sentences(read["sentences"])

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        if context == _BELOW:
            return self._sentences.said(source)
        return self._words.get(source) if context == _CONTEXT else None  # None: ask the next translator

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return not self._words


class Sentences:
    """Sentences in another language, by patterns in which `{1}`, `{2}` … stand for what varies."""

    def __init__(self, table: dict[str, str]) -> None:
        """table: English pattern -> the other language's."""
        by_length = sorted(table, key=lambda pattern: len(_PLACE.sub("", pattern)), reverse=True)  # the most special one first
        self._patterns = [(re.compile(_expression(pattern), re.DOTALL), table[pattern]) for pattern in by_length]

    def said(self, sentence: str) -> str | None:
        """None where no pattern fits. What stands in a place may be a sentence itself, or some with semicolons between them."""
        for expression, other in self._patterns:
            found = expression.fullmatch(sentence)
            if found:
                parts = [self._part(part) for part in found.groups()]
                return _PLACE.sub(lambda place, parts=parts: parts[int(place[1]) - 1], other)  # type: ignore[misc]
        return None

    def _part(self, text: str) -> str:
        each = [self.said(one) for one in text.split("; ")]
        if all(each):
            return "; ".join(one or "" for one in each)
        return self.said(text) or text


def _expression(pattern: str) -> str:
    """The regular expression of a pattern: a place takes as little as it can."""
    return "(.+?)".join(re.escape(part) for part in _PLACE.split(pattern)[::2])


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
