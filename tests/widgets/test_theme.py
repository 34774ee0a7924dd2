"""Contrast is computed from the tokens; icons are drawn in the colour that is asked for."""

from __future__ import annotations

import itertools

import pytest
import shiboken6
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kpdesk.base.resources import resource_root
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.theme.icons import pixmap
from kpdesk.ui.theme.style import style_sheet
from kpdesk.ui.theme.tokens import DARK, LIGHT, Tokens, contrast, high_contrast, tinted

LOOKS = {
    "light": LIGHT,
    "dark": DARK,
    "light-high": high_contrast(LIGHT),
    "dark-high": high_contrast(DARK),
    "light-tinted": tinted(LIGHT, "#7A1F5C"),
    "dark-tinted": tinted(DARK, "#F0A6D8"),
}


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def look(request: pytest.FixtureRequest) -> Tokens:
    tokens: Tokens = request.param
    return tokens


def test_the_formula_is_the_standards() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_text_has_contrast(look: Tokens) -> None:
    surfaces = (look.canvas, look.surface, look.sunken, look.hover)
    for text, surface in itertools.product((look.ink, look.ink_2, look.brand), surfaces):
        assert contrast(text, surface) >= 4.5, (text, surface)
    for text, surface in (
        (look.on_brand, look.brand),
        (look.on_brand, look.brand_hover),
        (look.on_danger, look.danger),
        (look.on_disabled, look.disabled),
        (look.ink, look.brand_soft),
        (look.brand, look.brand_soft),
        (look.good, look.good_soft),
        (look.warn, look.warn_soft),
        (look.bad, look.bad_soft),
        (look.ink, look.good_soft),
        (look.ink, look.warn_soft),
        (look.ink_2, look.warn_soft),
        (look.ink, look.bad_soft),
        (look.ink_2, look.bad_soft),
    ):
        assert contrast(text, surface) >= 4.5, (text, surface)


def test_outlines_and_the_focus_ring_have_contrast(look: Tokens) -> None:
    for surface in (look.canvas, look.surface):
        assert contrast(look.control, surface) >= 3
        assert contrast(look.brand, surface) >= 3


def test_the_style_sheet_holds_no_colour_of_its_own(look: Tokens) -> None:
    known = {getattr(look, name) for name in Tokens.__dataclass_fields__ if name != "dark"}
    sheet = style_sheet(look, 1.0)
    for word in sheet.replace(";", " ").split():
        if word.startswith("#") and len(word) == 7 and word[1:].isalnum() and word.isupper():
            assert word in known, word


def test_no_text_is_smaller_than_twelve_points() -> None:
    sizes = [float(part.partition("pt")[0]) for part in style_sheet(LIGHT, 1.0).split("font-size: ")[1:]]
    assert len(sizes) > 5
    assert min(sizes) >= 12


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_icons_take_their_colour_at_any_density(qapp: QApplication, ratio: float) -> None:
    for path in sorted((resource_root() / "icons").glob("*.svg")):
        image = pixmap(path.stem, 24, "#AA3311", ratio).toImage()
        assert image.width() == round(24 * ratio)
        opaque = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 120
        ]
        assert opaque, path.stem
        assert all(abs(colour.hue() - QColor("#AA3311").hue()) <= 3 for colour in opaque), path.stem


def test_a_window_that_qt_has_deleted_is_left_alone(qapp: QApplication) -> None:
    theme = ApplicationTheme(qapp)
    gone, there = QWidget(), QWidget()
    for window in (gone, there):
        theme.dress(window)
    shiboken6.delete(gone)
    theme.apply("dark", 1.5)  # a name of ours still keeps the shell of the deleted one
    assert DARK.surface in there.styleSheet()
    theme.apply()


@pytest.mark.parametrize("weight", [400, 600, 700])
def test_digits_have_one_width(qapp: QApplication, weight: int) -> None:
    ApplicationTheme(qapp)
    label = QLabel("10:30")
    label.setStyleSheet(f"* {{ font-size: 20pt; font-weight: {weight}; }}")
    label.ensurePolished()
    metrics = QFontMetricsF(label.font())
    assert len({round(metrics.horizontalAdvance(digit), 3) for digit in "0123456789"}) == 1
