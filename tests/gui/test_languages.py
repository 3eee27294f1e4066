"""Every text that the window can show is there in every language, whole."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from vbg.gui import tr as language
from vbg.gui.app import House

from .texts import all_texts

OTHERS = sorted(set(language.languages()) - {"en"})


def words(code: str) -> dict[str, str]:
    return language.Words(code)._words


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_missing_and_nothing_is_left_over(code: str) -> None:
    assert set(words(code)) == all_texts()


@pytest.mark.parametrize("code", OTHERS)
def test_places_for_values_are_the_same(code: str) -> None:
    for english, other in words(code).items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", other)), english
        assert other.strip()


def test_a_text_without_translation_stays_english(qapp: QApplication) -> None:
    german = language.Words("de")
    QCoreApplication.installTranslator(german)
    try:
        assert language.tr("Retry") == "Noch einmal"
        assert language.tr("Nobody translated {what}", what="this") == "Nobody translated this"
    finally:
        QCoreApplication.removeTranslator(german)


def test_another_language_is_spoken_at_once_and_arabic_runs_from_the_right(
    house: House, qapp: QApplication, qtbot: object
) -> None:
    before = house.loaded.engine.poll().status.frames if house.loaded else 0
    house._prefer({"language": "ar"})
    qapp.processEvents()
    assert house.window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert house.window.pause.text() == "إيقاف مؤقت"
    assert house.window.camera.mapTo(house.window, house.window.camera.rect().center()).x() > house.window.width() / 3
    house._prefer({"language": "en"})
    qapp.processEvents()
    assert house.window.pause.text() == "Pause"
    assert house.loaded is not None
    assert house.loaded.engine.poll().status.frames >= before  # the same session, which went on
