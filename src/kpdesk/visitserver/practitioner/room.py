"""The consulting room behind the practitioner, drawn once: wall, window, shelves, plant, clock.

Pixels of a 1280x720 picture. All of it is our own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kpdesk.visitserver.practitioner.canvas import Gradient, Layer, box, curve, ellipse, line, rgb

WIDTH: Final = 1280
HEIGHT: Final = 720

CLOCK_CENTER: Final = (946.0, 132.0)
CLOCK_RADIUS: Final = 46.0

_WALL = Gradient((0, 0), (1280, 720), rgb("#E6EDEA"), rgb("#C9D8D6"))
_WOOD, _WOOD_DARK = rgb("#C79E72"), rgb("#A87F56")


def consulting_room() -> Layer:
    """The wall, the window, shelves and plants; out of focus."""
    sheet = Layer(WIDTH, HEIGHT)
    sheet.fill(box(-9, -9, WIDTH + 18, HEIGHT + 18), _WALL)
    sheet.fill(box(-9, 560, WIDTH + 18, 200), rgb("#B8CBC9"))
    sheet.fill(box(-9, 552, WIDTH + 18, 10), rgb("#F2F6F5"))
    _window(sheet)
    _shelf(sheet)
    _picture_frame(sheet)
    _plant(sheet)
    _clock_face(sheet)
    sheet.soften(2)
    # light falls in from the window, the far corner is darker
    sheet.fill(curve([(60, -60), (430, -60), (1000, 780), (420, 780)]), rgb("#FFFFFF"), opacity=0.16, blur=60)
    sheet.fill(ellipse(1330, 760, 420, 330), rgb("#48626A"), opacity=0.22, blur=90)
    sheet.fill(ellipse(650, 560, 330, 330), rgb("#48626A"), opacity=0.20, blur=50)
    return sheet


def _window(sheet: Layer) -> None:
    x, y, width, height = 70, 60, 300, 350
    sheet.fill(box(x + 6, y + 10, width, height, 6), rgb("#6E8488"), opacity=0.35, blur=10)
    sheet.fill(box(x, y, width, height, 5), rgb("#F7FAFA"))
    pane = box(x + 14, y + 14, width - 28, height - 28)
    sheet.fill(pane, Gradient((0, y), (0, y + height), rgb("#A9D5EC"), rgb("#EAF5F4")))
    sheet.fill(ellipse(x + 90, y + 90, 60, 18), rgb("#FFFFFF"), opacity=0.8, blur=8, inside=[pane])
    sheet.fill(ellipse(x + 200, y + 140, 70, 20), rgb("#FFFFFF"), opacity=0.7, blur=9, inside=[pane])
    for cx, cy, rx, ry, color in (
        (x + 60, y + 330, 110, 80, "#8DBB96"),
        (x + 230, y + 340, 120, 95, "#79AC88"),
        (x + 150, y + 360, 100, 60, "#9BC59D"),
    ):
        sheet.fill(ellipse(cx, cy, rx, ry), rgb(color), blur=4, inside=[pane])
    sheet.fill(box(x + width / 2 - 5, y + 14, 10, height - 28), rgb("#F7FAFA"))
    sheet.fill(box(x + 14, y + 160, width - 28, 9), rgb("#F7FAFA"))
    sheet.fill(box(x - 16, y + height, width + 32, 16, 4), rgb("#FFFFFF"))
    sheet.fill(box(x - 16, y + height + 16, width + 32, 8), rgb("#6E8488"), opacity=0.25, blur=4)
    # a small pot on the sill
    sheet.fill(box(x + 206, y + height - 52, 52, 52, 8), rgb("#D97B5A"))
    for tip in ((-44, -52), (-22, -78), (4, -88), (30, -72), (48, -44)):
        root = (x + 232, y + height - 50)
        end = (root[0] + tip[0], root[1] + tip[1])
        bend = (root[0] + tip[0] * 0.3, root[1] + tip[1] * 0.7)
        sheet.fill(line([root, bend, end], 17, taper=True), rgb("#4F8F63"))


def _shelf(sheet: Layer) -> None:
    left, right = 890, 1290
    tops = (300, 418, 536)
    for top in tops:
        sheet.fill(box(left + 4, top + 14, right - left, 16), rgb("#5B7478"), opacity=0.30, blur=8)
    books = (
        ((40, 92), (28, 80), (34, 98), (22, 84), (40, 76)),
        ((30, 80), (36, 88), (24, 74), (38, 84)),
        ((26, 74), (40, 88), (30, 80), (34, 86), (22, 78)),
    )
    colors = ("#2F6F86", "#E0B15A", "#7FA99B", "#C7654B", "#EFE6D6", "#4C5F77", "#9DB7C4", "#B58DA6")
    number = 0
    for top, row, start in zip(tops, books, (left + 150, left + 30, left + 190), strict=True):
        x = float(start)
        for width, height in row:
            color = rgb(colors[(number * 5 + 2) % len(colors)])
            sheet.fill(box(x, top - height, width, height, 3), color)
            sheet.fill(box(x, top - height + 12, width, 5), rgb("#FFFFFF"), opacity=0.45)
            sheet.fill(box(x + width - 6, top - height, 6, height, 2), rgb("#000000"), opacity=0.10)
            x += width + 2
            number += 1
    # a bowl and a model of a heart rate line on a stand
    sheet.fill(curve([(1125, 378), (1205, 378), (1190, 416), (1140, 416)]), rgb("#F4F1EA"))
    sheet.fill(ellipse(1165, 380, 42, 9), rgb("#DAD4C7"))
    sheet.fill(box(925, 450, 110, 84, 8), rgb("#FDFDFB"))
    pulse = [(938, 494), (962, 494), (972, 470), (984, 516), (994, 488), (1002, 494), (1024, 494)]
    sheet.fill(line(pulse, 5, smooth=False), rgb("#2F9C95"))
    for top in tops:
        sheet.fill(box(left, top, right - left, 14, 3), _WOOD)
        sheet.fill(box(left, top + 9, right - left, 5, 2), _WOOD_DARK)


def _picture_frame(sheet: Layer) -> None:
    sheet.fill(box(1144, 46, 112, 140, 4), rgb("#5B7478"), opacity=0.35, blur=8)
    sheet.fill(box(1140, 40, 112, 140, 4), _WOOD_DARK)
    sheet.fill(box(1148, 48, 96, 124), rgb("#FBF8F0"))
    picture = box(1158, 58, 76, 104)
    sheet.fill(picture, Gradient((0, 58), (0, 162), rgb("#F6D7B0"), rgb("#F2A98A")))
    sheet.fill(ellipse(1210, 92, 15, 15), rgb("#FFF4DC"), inside=[picture])
    sheet.fill(ellipse(1170, 162, 48, 46), rgb("#6C93A3"), inside=[picture])
    sheet.fill(ellipse(1226, 170, 46, 44), rgb("#49758A"), inside=[picture])


def _plant(sheet: Layer) -> None:
    root = np.array((118.0, 566.0))
    sheet.fill(ellipse(120, 716, 120, 20), rgb("#48626A"), opacity=0.35, blur=10)
    leaves = (
        (-130, -120), (-92, -190), (-40, -236), (16, -250), (70, -214), (116, -156), (140, -84), (-136, -50),
        (-60, -130), (44, -140),
    )  # fmt: skip
    for index, tip in enumerate(leaves):
        end = root + tip
        bend = root + np.array(tip) * (0.42, 0.66)
        color = ("#3E7D5A", "#57976D", "#2F6A4C")[index % 3]
        sheet.fill(line([root, bend, end], 44, taper=True), rgb(color))
        sheet.fill(line([root, bend, end], 4, taper=True), rgb("#8CC29A"), opacity=0.6)
    sheet.fill(
        curve([(62, 566), (176, 566), (166, 700), (72, 700)], steps=20),
        Gradient((60, 0), (180, 0), rgb("#F3F1EC"), rgb("#C9C4BA")),
    )
    sheet.fill(box(54, 556, 130, 22, 10), rgb("#FAF9F5"))


def _clock_face(sheet: Layer) -> None:
    cx, cy = CLOCK_CENTER
    radius = CLOCK_RADIUS
    sheet.fill(ellipse(cx + 3, cy + 6, radius + 2, radius + 2), rgb("#5B7478"), opacity=0.35, blur=7)
    sheet.fill(ellipse(cx, cy, radius, radius), rgb("#2E4A57"))
    sheet.fill(ellipse(cx, cy, radius - 6, radius - 6), rgb("#FCFDFD"))
    for hour in range(12):
        angle = hour * np.pi / 6
        outer, inner = radius - 10, radius - (17 if hour % 3 == 0 else 14)
        ends = [(cx + r * np.sin(angle), cy - r * np.cos(angle)) for r in (inner, outer)]
        sheet.fill(line(ends, 3, smooth=False), rgb("#6B7C8C"))


def clock_hands(hour: int, minute: int, second: int) -> Layer:
    """The hands alone; the face is part of the room."""
    sheet = Layer(WIDTH, HEIGHT)
    cx, cy = CLOCK_CENTER
    for turns, length, width, color in (
        ((hour % 12 + minute / 60) / 12, 20, 5, "#2E4A57"),
        (minute / 60, 29, 4, "#2E4A57"),
        (second / 60, 31, 2, "#C7654B"),
    ):
        angle = turns * 2 * np.pi
        ends = [(cx, cy), (cx + length * np.sin(angle), cy - length * np.cos(angle))]
        sheet.fill(line(ends, width, smooth=False), rgb(color))
    sheet.fill(ellipse(cx, cy, 4, 4), rgb("#2E4A57"))
    return sheet
