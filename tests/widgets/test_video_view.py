"""The view pulls what it needs, shows it pixel by pixel, and costs little."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kpdesk.domain.media import Picture
from kpdesk.ui.widgets.video_view import VideoView
from tests.fakes.call import FakePictureSource, moving_picture


def show(qtbot: QtBot, view: VideoView, width: int, height: int) -> None:
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    qtbot.waitUntil(lambda: view.has_picture)


def drawn(view: QWidget) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def test_the_picture_is_copied_pixel_by_pixel(qtbot: QtBot) -> None:
    source = FakePictureSource()
    view = VideoView(source)
    show(qtbot, view, 640, 360)
    source.frozen = True
    image = drawn(view)
    ratio = view.devicePixelRatioF()
    assert source.target == (round(640 * ratio), round(360 * ratio))
    wanted = moving_picture(*source.target, source.taken)
    assert bytes(image.constBits())[: len(wanted.data)] == bytes(wanted.data)


def test_the_mirror_turns_left_and_right(qtbot: QtBot) -> None:
    source = FakePictureSource()
    view = VideoView(source, mirrored=True)
    show(qtbot, view, 320, 180)
    image = drawn(view)
    left, right = image.pixelColor(0, 90), image.pixelColor(image.width() - 1, 90)
    assert (left.blue() > 200, left.red() < 60) == (True, True)
    assert (right.red() > 200, right.blue() < 60) == (True, True)


def test_a_picture_of_another_shape_is_shown_whole(qtbot: QtBot) -> None:
    source = FakePictureSource(aspect=3 / 4)
    view = VideoView(source, max_crop=0.2)
    show(qtbot, view, 640, 360)
    place = view.picture_rect()
    assert place == QRectF(185, 0, 270, 360)
    image = drawn(view)
    corner, inside = image.pixelColor(4, 180), image.pixelColor(189, 180)
    assert corner.lightness() < inside.lightness()
    assert corner != QColor(Qt.GlobalColor.black)


def test_a_little_is_cropped_to_fill(qtbot: QtBot) -> None:
    source = FakePictureSource(aspect=16 / 9)
    view = VideoView(source, max_crop=0.2)
    show(qtbot, view, 640, 400)
    qtbot.waitUntil(lambda: view.picture_rect().contains(QRectF(0, 0, 640, 400)))
    shape = view.picture_rect().width() / view.picture_rect().height()
    assert shape == pytest.approx(16 / 9, rel=0.01)
    aims = len(source.targets)
    qtbot.wait(100)
    assert len(source.targets) == aims  # it has settled


def test_only_what_can_be_seen_is_pulled(qtbot: QtBot) -> None:
    source = FakePictureSource()
    view = VideoView(source)
    qtbot.addWidget(view)
    assert (source.targets, view.pulling) == ([], False)
    show(qtbot, view, 320, 180)
    view.hide()
    taken = source.taken
    qtbot.wait(60)
    assert (source.target, view.pulling, source.taken) == ((0, 0), False, taken)
    view.show()
    qtbot.waitUntil(lambda: source.taken > taken)
    view.set_covered(True)
    assert (source.target, view.pulling, view.has_picture) == ((0, 0), False, False)
    view.set_covered(False)
    qtbot.waitUntil(lambda: view.has_picture)


def test_each_picture_is_reported_once_when_it_is_painted(qtbot: QtBot) -> None:
    source = FakePictureSource()
    view = VideoView(source)
    show(qtbot, view, 320, 180)
    source.frozen = True
    qtbot.waitUntil(lambda: bool(source.shown) and source.shown[-1].timestamp_s == source.taken)
    count = len(source.shown)
    view.repaint()
    view.repaint()
    assert len(source.shown) == count
    stamps = [picture.timestamp_s for picture in source.shown]
    assert stamps == sorted(set(stamps))


def test_no_more_pictures_than_the_screen_shows(qtbot: QtBot) -> None:
    source = FakePictureSource()
    view = VideoView(source)
    show(qtbot, view, 64, 36)
    taken, began = source.taken, time.monotonic()
    qtbot.wait(300)
    assert source.taken - taken <= (time.monotonic() - began) * 62.5 + 2


def test_round_corners_let_the_ground_through(qtbot: QtBot) -> None:
    ground = QWidget()
    ground.setStyleSheet("background: #00ff00")
    qtbot.addWidget(ground)
    ground.resize(340, 200)
    source = FakePictureSource()
    view = VideoView(source, corner_radius=16, parent=ground)
    view.setGeometry(10, 10, 320, 180)
    ground.show()
    qtbot.waitUntil(lambda: view.has_picture)
    image = drawn(ground)
    ratio = image.devicePixelRatio()
    assert image.pixelColor(round(11 * ratio), round(11 * ratio)) == QColor("#00ff00")
    assert image.pixelColor(round(30 * ratio), round(30 * ratio)) != QColor("#00ff00")


class TimedView(VideoView):
    """Keeps how much processor time each paint took, in milliseconds."""

    def __init__(self, source: FakePictureSource, **options: float) -> None:
        super().__init__(source, **options)  # type: ignore[arg-type]
        self.paint_ms: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.thread_time()
        super().paintEvent(event)
        self.paint_ms.append((time.thread_time() - began) * 1000)


@pytest.mark.parametrize(
    "options", [{}, {"mirrored": True}, {"corner_radius": 16.0}, {"mirrored": True, "corner_radius": 16.0}]
)
@pytest.mark.parametrize("aspect", [16 / 9, 4 / 3])
def test_a_paint_at_720p_takes_less_than_2_ms(qtbot: QtBot, options: dict[str, float], aspect: float) -> None:
    source = FakePictureSource(aspect)
    view = TimedView(source, **options)
    show(qtbot, view, 1280, 720)
    source.frozen = True
    view.paint_ms.clear()
    for _ in range(21):
        view.repaint()
    # other programs share the caches: the better half says what painting costs
    assert sorted(view.paint_ms)[5] < 2.0, view.paint_ms


def test_a_picture_may_have_longer_rows(qtbot: QtBot) -> None:
    """A stride that is more than four bytes a pixel, as decoders give it."""

    class Padded(FakePictureSource):
        def take(self) -> Picture | None:
            width, height = self.target
            if not width:
                return None
            row = bytes((0, 0, 255, 255)) * width + bytes((0, 255, 0, 255)) * 8
            return Picture(width, height, (width + 8) * 4, row * height, 1.0)

    view = VideoView(Padded())
    show(qtbot, view, 160, 90)
    image = drawn(view)
    corners = {image.pixelColor(x, y).name() for x in (0, image.width() - 1) for y in (0, 45, 89)}
    assert corners == {"#ff0000"}
