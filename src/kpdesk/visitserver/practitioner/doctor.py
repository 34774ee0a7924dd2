"""The doctor, in layers: hair, body, head, and eyes and mouth that open and shut. Drawn once at start.

Pixels of a 1280x720 picture; the face looks straight ahead from (640, 300). All of it is our own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kpdesk.visitserver.practitioner.canvas import Gradient, Layer, Points, box, curve, ellipse, line, rgb
from kpdesk.visitserver.practitioner.room import HEIGHT, WIDTH

_SKIN, _SKIN_SHADE, _SKIN_LIGHT = rgb("#D9A17A"), rgb("#BC805C"), rgb("#E9B996")
_HAIR, _HAIR_LIGHT = rgb("#3A2822"), rgb("#5A4034")
_COAT, _COAT_SHADE, _COAT_LINE = rgb("#FBFCFD"), rgb("#DCE5EA"), rgb("#B9C7D0")
_BLOUSE, _BLOUSE_SHADE = rgb("#1F7F8C"), rgb("#17636E")
_INK = rgb("#2A1D19")
_LIP, _LIP_DARK, _MOUTH = rgb("#B4574F"), rgb("#8E3F3B"), rgb("#5A1F22")

FACE: Final[Points] = curve(
    [
        (640, 168),
        (706, 180),
        (745, 226),
        (751, 292),
        (741, 348),
        (716, 398),
        (676, 437),
        (640, 448),
        (604, 437),
        (564, 398),
        (539, 348),
        (529, 292),
        (535, 226),
        (574, 180),
    ]
)


def hair_behind() -> Layer:
    """The knot and what falls behind the neck."""
    sheet = Layer(WIDTH, HEIGHT)
    sheet.fill(ellipse(640, 136, 62, 54), _HAIR)
    sheet.fill(curve([(600, 128), (640, 98), (682, 126)], closed=False), _HAIR_LIGHT, opacity=0.35, blur=5)
    back = [(640, 140), (742, 176), (773, 262), (760, 340), (712, 408), (640, 420), (568, 408), (520, 340)]
    sheet.fill(curve([*back, (507, 262), (538, 176)]), _HAIR)
    return sheet


def body() -> Layer:
    """Neck, blouse, white coat, stethoscope, badge."""
    sheet = Layer(WIDTH, HEIGHT)
    shoulders = curve(
        [
            (640, 500),
            (716, 512),
            (800, 540),
            (880, 572),
            (930, 640),
            (956, 740),
            (960, 800),
            (640, 820),
            (320, 800),
            (324, 740),
            (350, 640),
            (400, 572),
            (480, 540),
            (564, 512),
        ]
    )
    sheet.fill(shoulders, _COAT)
    sheet.fill(
        curve([(956, 740), (930, 640), (890, 590), (872, 660), (868, 780)]),
        _COAT_SHADE,
        blur=10,
        inside=[shoulders],
    )
    sheet.fill(
        curve([(324, 740), (350, 640), (386, 596), (410, 670), (414, 780)]),
        _COAT_SHADE,
        blur=8,
        inside=[shoulders],
    )
    neck = curve([(586, 400), (694, 400), (698, 470), (722, 512), (640, 610), (558, 512), (582, 470)])
    # blouse
    sheet.fill(curve([(560, 508), (720, 508), (742, 620), (724, 800), (556, 800), (538, 620)]), _BLOUSE)
    sheet.fill(curve([(640, 600), (652, 700), (648, 790), (632, 790), (628, 700)]), _BLOUSE_SHADE, blur=4)
    sheet.fill(neck, _SKIN)
    sheet.fill(
        curve([(590, 410), (690, 410), (694, 452), (640, 492), (586, 452)]),
        rgb("#A96F4E"),
        opacity=0.9,
        blur=8,
        inside=[neck],
    )
    sheet.fill(line([(592, 520), (618, 548), (636, 556)], 4, taper=True), _SKIN_SHADE, opacity=0.6)
    sheet.fill(line([(688, 520), (662, 548), (644, 556)], 4, taper=True), _SKIN_SHADE, opacity=0.6)
    # collar of the blouse
    for side in (-1, 1):
        collar = [
            (640 + side * x, y) for x, y in ((78, 496), (96, 520), (58, 600), (4, 618), (34, 572), (64, 524))
        ]
        sheet.fill(curve(collar), rgb("#2A93A1"))
    # lapels
    for side in (-1, 1):
        shadow = [
            (640 + side * x, y)
            for x, y in ((98, 506), (150, 560), (112, 640), (36, 800), (14, 800), (64, 640))
        ]
        sheet.fill(curve(shadow), rgb("#0F4A53"), opacity=0.35, blur=8)
        lapel = [
            (640 + side * x, y)
            for x, y in (
                (84, 500),
                (128, 520),
                (196, 600),
                (150, 628),
                (166, 652),
                (44, 800),
                (26, 800),
                (78, 640),
            )
        ]
        sheet.fill(np.array(lapel, np.float64), rgb("#F1F5F7"))
        sheet.fill(
            line([(640 + side * x, y) for x, y in ((128, 520), (196, 600))], 3, smooth=False), _COAT_LINE
        )
        edge = [(640 + side * x, y) for x, y in ((196, 600), (150, 628), (166, 652), (44, 800))]
        sheet.fill(line(edge, 3, smooth=False), _COAT_LINE)
        arm = [(640 + side * x, y) for x, y in ((232, 650), (246, 700), (248, 760))]
        sheet.fill(line(arm, 4, taper=True), _COAT_LINE, opacity=0.8)
    _stethoscope(sheet)
    # pocket and badge
    sheet.fill(box(744, 648, 92, 7, 3), _COAT_LINE, opacity=0.8)
    sheet.fill(box(762, 614, 10, 36, 4), rgb("#0A5A7A"))
    sheet.fill(box(778, 620, 8, 30, 4), rgb("#C7654B"))
    sheet.fill(box(456, 622, 96, 62, 7), rgb("#6E8488"), opacity=0.35, blur=5)
    sheet.fill(box(454, 618, 96, 62, 7), rgb("#FFFFFF"))
    sheet.fill(box(454, 618, 96, 17, 7), rgb("#0A5A7A"))
    sheet.fill(ellipse(476, 658, 12, 13), rgb("#B9D3DE"))
    for y, width in ((648, 44), (658, 34), (668, 40)):
        sheet.fill(box(497, y, width, 5, 2), rgb("#8597A6"))
    return sheet


def _stethoscope(sheet: Layer) -> None:
    tube = rgb("#26424F")
    left = [(570, 500), (538, 560), (548, 640), (588, 716), (600, 800)]
    right = [(710, 500), (744, 560), (738, 632), (724, 668)]
    for path in (left, right):
        sheet.fill(line([(x + 3, y + 5) for x, y in path], 13), rgb("#3A5560"), opacity=0.25, blur=4)
        sheet.fill(line(path, 12), tube)
        sheet.fill(line([(x - 2, y - 1) for x, y in path], 3), rgb("#5E7F8D"), opacity=0.8)
    sheet.fill(ellipse(718, 690, 27, 27), rgb("#3A5560"), opacity=0.3, blur=5)
    sheet.fill(ellipse(716, 686, 26, 26), Gradient((696, 666), (740, 710), rgb("#EEF3F5"), rgb("#8FA3AF")))
    sheet.fill(ellipse(716, 686, 17, 17), Gradient((700, 670), (732, 702), rgb("#B7C6CE"), rgb("#F4F8F9")))


def head() -> Layer:
    """The face without eyes and mouth."""
    sheet = Layer(WIDTH, HEIGHT)
    for side in (-1, 1):
        ear = 640 + side * 112
        sheet.fill(ellipse(ear, 316, 19, 32, turn_deg=side * 10), _SKIN)
        sheet.fill(
            ellipse(ear + side * 2, 316, 10, 20, turn_deg=side * 10), _SKIN_SHADE, opacity=0.55, blur=3
        )
        sheet.fill(ellipse(ear + side * 2, 352, 5, 5), rgb("#F3D27A"))
    sheet.fill(FACE, _SKIN)
    sheet.fill(
        curve([(751, 250), (760, 380), (690, 460), (640, 452), (706, 390), (728, 300)]),
        _SKIN_SHADE,
        opacity=0.55,
        blur=16,
        inside=[FACE],
    )
    sheet.fill(
        curve([(560, 430), (640, 470), (720, 430), (640, 446)]),
        _SKIN_SHADE,
        opacity=0.6,
        blur=8,
        inside=[FACE],
    )
    sheet.fill(ellipse(604, 236, 66, 34), _SKIN_LIGHT, opacity=0.5, blur=16, inside=[FACE])
    for side in (-1, 1):
        sheet.fill(
            ellipse(640 + side * 66, 356, 30, 20), rgb("#D9745F"), opacity=0.34, blur=11, inside=[FACE]
        )
        sheet.fill(ellipse(640 + side * 52, 296, 40, 22), _SKIN_SHADE, opacity=0.20, blur=9, inside=[FACE])
    # nose
    sheet.fill(
        curve([(634, 290), (646, 290), (660, 338), (648, 350), (632, 350), (622, 338)]),
        _SKIN_LIGHT,
        opacity=0.35,
        blur=6,
    )
    sheet.fill(
        line([(646, 300), (655, 330), (660, 342), (648, 353)], 5, taper=True), _SKIN_SHADE, opacity=0.75
    )
    sheet.fill(line([(622, 348), (640, 357), (658, 348)], 5, taper=True), _SKIN_SHADE, opacity=0.8)
    sheet.fill(ellipse(637, 336, 7, 6), rgb("#F6D3B8"), opacity=0.6, blur=4)
    # brows
    for side in (-1, 1):
        brow = [(640 + side * x, y) for x, y in ((26, 262), (52, 250), (84, 258))]
        sheet.fill(line(brow, 10, taper=True), _HAIR)
    _hair_in_front(sheet)
    return sheet


def _hair_in_front(sheet: Layer) -> None:
    fringe = curve(
        [
            (640, 150),
            (704, 160),
            (754, 202),
            (772, 270),
            (758, 318),
            (748, 318),
            (744, 266),
            (716, 222),
            (668, 196),
            (612, 204),
            (566, 226),
            (540, 262),
            (532, 318),
            (522, 318),
            (508, 270),
            (526, 202),
            (576, 160),
        ]
    )
    sheet.fill(
        line([(536, 300), (548, 250), (584, 222), (650, 202), (712, 226), (742, 270)], 14, taper=True),
        _SKIN_SHADE,
        opacity=0.45,
        blur=6,
        inside=[FACE],
    )
    sheet.fill(fringe, _HAIR)
    for path in (
        [(664, 170), (600, 182), (552, 214), (526, 262)],
        [(668, 176), (716, 192), (748, 230), (760, 276)],
        [(640, 164), (584, 170), (546, 200)],
        [(676, 168), (726, 182), (756, 220)],
    ):
        sheet.fill(line(path, 6, taper=True), _HAIR_LIGHT, opacity=0.75, blur=1)


def eyes(opening: float) -> Layer:
    """Both eyes; 1 is open, 0 is shut."""
    sheet = Layer(WIDTH, HEIGHT)
    for side in (-1, 1):
        cx, cy = 640 + side * 50, 300
        up, down = 17 * opening, 12 * opening
        inner, outer = cx - side * 26, cx + side * 27
        if opening > 0.15:
            white = curve(
                [
                    (inner, cy + 2),
                    (cx - side * 6, cy - up),
                    (cx + side * 14, cy - up * 0.86),
                    (outer, cy - 1),
                    (cx + side * 8, cy + down),
                    (cx - side * 10, cy + down),
                ]
            )
            sheet.fill(white, rgb("#FDFCFA"))
            sheet.fill(ellipse(cx, cy - 12, 34, 11), rgb("#8A6E62"), opacity=0.35, blur=3, inside=[white])
            sheet.fill(ellipse(cx, cy - 1, 14.5, 15), rgb("#5B3A25"), inside=[white])
            sheet.fill(ellipse(cx, cy + 4, 9, 8), rgb("#8A5C39"), opacity=0.8, blur=2, inside=[white])
            sheet.fill(ellipse(cx, cy - 1, 7, 7.5), rgb("#1B1210"), inside=[white])
            sheet.fill(ellipse(cx - 5, cy - 6, 4, 4), rgb("#FFFFFF"), inside=[white])
            sheet.fill(ellipse(cx + 5, cy + 4, 2, 2), rgb("#FFFFFF"), opacity=0.7, inside=[white])
        lash = [
            (inner, cy + 2),
            (cx - side * 4, cy - up - 1 + 9 * (1 - opening)),
            (cx + side * 16, cy - up * 0.86 + 7 * (1 - opening)),
            (outer + side * 4, cy - 3),
        ]
        sheet.fill(line(lash, 8, taper=True), _INK)
        lower = [(cx - side * 14, cy + down + 1), (cx + side * 4, cy + down + 3), (outer - side * 2, cy + 3)]
        sheet.fill(line(lower, 3, taper=True), _SKIN_SHADE)
    return sheet


def mouth(opening: float) -> Layer:
    """A smile at 0, a wide vowel at 1."""
    sheet = Layer(WIDTH, HEIGHT)
    cx, cy = 640, 396
    half = 40 - 9 * opening
    drop, lift = 30 * opening, 4 * opening
    corner = cy - 5 + 3 * opening
    if opening > 0.05:
        hole = curve(
            [
                (cx - half, corner),
                (cx - half * 0.5, cy - 2 - lift),
                (cx, cy - lift),
                (cx + half * 0.5, cy - 2 - lift),
                (cx + half, corner),
                (cx + half * 0.55, cy + drop * 0.9),
                (cx, cy + 4 + drop),
                (cx - half * 0.55, cy + drop * 0.9),
            ]
        )
        sheet.fill(hole, _MOUTH)
        sheet.fill(
            box(cx - half * 0.74, cy - lift - 6, half * 1.48, 7 + 7 * opening, 4),
            rgb("#FDFBF7"),
            inside=[hole],
        )
        sheet.fill(ellipse(cx, cy + drop + 6, half * 0.55, 4 + drop * 0.42), rgb("#C9645F"), inside=[hole])
    upper = [
        (cx - half - 3, corner - 1),
        (cx - half * 0.5, cy - 4 - lift),
        (cx - 8, cy - 7 - lift),
        (cx, cy - 4 - lift),
        (cx + 8, cy - 7 - lift),
        (cx + half * 0.5, cy - 4 - lift),
        (cx + half + 3, corner - 1),
    ]
    under = [(cx + half * 0.5, cy + 1 - lift), (cx, cy + 2 - lift), (cx - half * 0.5, cy + 1 - lift)]
    bend = 7 * (1 - opening)
    smile_upper = [(x, y + bend * (1 - ((x - cx) / half) ** 2)) for x, y in upper]
    smile_under = [(x, y + bend) for x, y in under]
    sheet.fill(curve([*smile_upper, *smile_under]), _LIP)
    low = cy + drop + bend
    lower = [
        (cx - half * 0.9, corner + bend * 0.3 + drop * 0.35),
        (cx - half * 0.45, low + 3),
        (cx, low + 5),
        (cx + half * 0.45, low + 3),
        (cx + half * 0.9, corner + bend * 0.3 + drop * 0.35),
        (cx + half * 0.45, low + 11),
        (cx, low + 14),
        (cx - half * 0.45, low + 11),
    ]
    sheet.fill(curve(lower), rgb("#C56A60"))
    sheet.fill(ellipse(cx - 4, low + 8, 12, 3), rgb("#E59A8E"), opacity=0.7, blur=2)
    if opening <= 0.05:
        sheet.fill(
            line(
                [(cx - half - 4, corner - 2), (cx, cy + 3 + bend), (cx + half + 4, corner - 2)], 4, taper=True
            ),
            _LIP_DARK,
        )
    for side in (-1, 1):
        crease = [
            (cx + side * (half + 6), corner - 10),
            (cx + side * (half + 11), corner),
            (cx + side * (half + 7), corner + 9),
        ]
        sheet.fill(line(crease, 4, taper=True), _SKIN_SHADE, opacity=0.7)
    return sheet
