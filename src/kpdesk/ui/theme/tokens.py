"""Colours, sizes and spaces: their only home.

Each text colour has at least 4.5:1 on the surfaces it is used on, each outline that matters 3:1
(WCAG 2.2, 1.4.3 and 1.4.11); ``tests/widgets/test_theme.py`` computes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """One appearance. ``#RRGGBB`` throughout; what lies over a picture is ``#AARRGGBB``."""

    dark: bool
    canvas: str
    surface: str
    sunken: str
    hover: str
    """A control under the pointer."""
    line: str
    """Decoration; nothing depends on seeing it."""
    control: str
    """Outlines that matter."""
    ink: str
    ink_2: str
    brand: str
    brand_hover: str
    on_brand: str
    brand_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    danger: str
    """Fill of the button that ends something."""
    on_danger: str
    disabled: str
    """Fill of a control that cannot be used now."""
    on_disabled: str


LIGHT: Final = Tokens(
    dark=False,
    canvas="#F4F7F9",
    surface="#FFFFFF",
    sunken="#E9EFF3",
    hover="#EAF1F5",
    line="#C3CED8",
    control="#6B7C8C",
    ink="#12202B",
    ink_2="#435464",
    brand="#0A5A7A",
    brand_hover="#084A65",
    on_brand="#FFFFFF",
    brand_soft="#E2EFF5",
    good="#146C43",
    good_soft="#E3F2E9",
    warn="#7A4B00",
    warn_soft="#FCF0DA",
    bad="#A8201A",
    bad_soft="#FBE6E4",
    danger="#B3261E",
    on_danger="#FFFFFF",
    disabled="#DDE4EA",
    on_disabled="#435464",
)

DARK: Final = Tokens(
    dark=True,
    canvas="#0D1419",
    surface="#162029",
    sunken="#0A1014",
    hover="#22303D",
    line="#3A4A58",
    control="#8597A6",
    ink="#F1F5F8",
    ink_2="#B2C1CD",
    brand="#6CC3E4",
    brand_hover="#8AD2EE",
    on_brand="#04222F",
    brand_soft="#0E3A4D",
    good="#6FD8A4",
    good_soft="#10301F",
    warn="#FFC861",
    warn_soft="#33240B",
    bad="#FF9A90",
    bad_soft="#3A1512",
    danger="#C4302B",
    on_danger="#FFFFFF",
    disabled="#25323E",
    on_disabled="#B2C1CD",
)


def tinted(tokens: Tokens, brand: str) -> Tokens:
    """The tokens with a plan's brand colour; the profile has already proved its contrast."""
    standard = DARK if tokens.dark else LIGHT
    if brand.upper() == standard.brand:
        return tokens
    towards = 255 if tokens.dark else 0
    return replace(
        tokens,
        brand=brand,
        brand_hover=_mix(brand, f"#{towards:02X}{towards:02X}{towards:02X}", 0.18),
        brand_soft=_mix(brand, tokens.surface, 0.78 if tokens.dark else 0.88),
    )


def high_contrast(tokens: Tokens) -> Tokens:
    """For people whose system asks for more contrast: second ink and outlines become ink."""
    return replace(
        tokens,
        canvas="#000000" if tokens.dark else "#FFFFFF",
        surface="#000000" if tokens.dark else "#FFFFFF",
        line=tokens.ink,
        control=tokens.ink,
        ink_2=tokens.ink,
        on_disabled=tokens.ink,
    )


def _mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0 to 1) of ``other``."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        red, green, blue = (
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (channel / 255 for channel in _channels(colour))
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class TextSize(Enum):
    """Points at 100 %; nothing is smaller than 12."""

    DISPLAY = 28.0
    TITLE = 20.0
    LEAD = 15.0
    BODY = 13.0
    LABEL = 12.0


BODY_POINTS: Final = TextSize.BODY.value
FONT_FAMILY: Final = "Atkinson Hyperlegible Next"

CONTROL_HEIGHT_PX: Final = 44
ICON_PX: Final = 22
FOCUS_RING_PX: Final = 3
FOCUS_GAP_PX: Final = 2
RADIUS_CONTROL_PX: Final = 8
RADIUS_CARD_PX: Final = 16
SHADOW_PX: Final = 18
SHADOW_ALPHA: Final = 1
"""Of 255, for each of the layers that make it soft."""
SPACE_PX: Final = (4, 8, 12, 16, 24, 32, 48)
MOTION_MS: Final = 150
TEXT_SCALES: Final = (1.0, 1.25, 1.5, 2.0)
