"""Every text that the window can show is there in every language, whole."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from vbg.gui import tr as language
from vbg.gui.app import House

from .sentences import all_sentences
from .texts import all_texts

OTHERS = sorted(set(language.languages()) - {"en"})


def words(code: str) -> dict[str, str]:
    return language.Words(code)._words


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_missing_and_nothing_is_left_over(code: str) -> None:
    assert set(words(code)) == all_texts()


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_of_the_engine_is_there_in_every_language(code: str) -> None:
    there = language._read(language.FOLDER / f"{code}.toml")["sentences"]
    assert set(there) == all_sentences()
    for english, other in there.items():
        assert sorted(re.findall(r"{\d}", english)) == sorted(re.findall(r"{\d}", other)), english
        assert other.strip() and other != english


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("/dev/video0 (C920) is in use by zoom (12)", "/dev/video0 (C920) wird von zoom (12) benutzt"),
        ("/dev/video0 (C920) cannot be opened", "/dev/video0 (C920) lässt sich nicht öffnen"),
        ("/dev/video0 cannot be opened: Input/output error", "/dev/video0 lässt sich nicht öffnen: Input/output error"),
        ("Stay out of the picture: 3 …", "Bleiben Sie aus dem Bild: 3 …"),
        (
            "no virtual camera can be opened (/dev/video8: in use by obs (7); /dev/video9: there is no such device)",
            "keine virtuelle Kamera lässt sich öffnen "
            "(/dev/video8: wird von obs (7) benutzt; /dev/video9: dieses Gerät gibt es nicht)",
        ),
        (
            "there is no file /gone.png. The background stays as it was.",
            "es gibt keine Datei /gone.png. Der Hintergrund bleibt, wie er war.",
        ),
        (
            "This machine is slow just now: every second picture is shown, with a coarser outline.",
            "Dieser Rechner ist gerade langsam: jedes zweite Bild wird gezeigt, mit gröberem Umriss.",
        ),
        ("the camera failed: a driver's own words: é; {1}", "die Kamera hat versagt: a driver's own words: é; {1}"),
        ("no sentence of ours", "no sentence of ours"),
        ("", ""),
    ],
)
def test_what_the_engine_says_is_said_in_german_with_its_names_and_numbers(qapp: QApplication, english: str, german: str) -> None:
    words = language.Words("de")
    QCoreApplication.installTranslator(words)
    try:
        assert language.heard(english) == german
    finally:
        QCoreApplication.removeTranslator(words)


def test_every_sentence_finds_its_own_pattern() -> None:
    for code in OTHERS:
        table = language._read(language.FOLDER / f"{code}.toml")["sentences"]
        found = language.Sentences(table)
        for english, other in table.items():
            values = {f"{{{i}}}": f"<{i}>" for i in range(1, 6)}
            said, wanted = english, other
            for place, value in values.items():
                said, wanted = said.replace(place, value), wanted.replace(place, value)
            assert found.said(said) == wanted


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
