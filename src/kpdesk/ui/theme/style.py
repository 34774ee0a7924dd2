"""The palette and the one style sheet, both made of tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from kpdesk.ui.theme.tokens import (
    CONTROL_HEIGHT_PX,
    RADIUS_CARD_PX,
    RADIUS_CONTROL_PX,
    TextSize,
    Tokens,
)


def palette_of(tokens: Tokens) -> QPalette:
    """For what no style sheet reaches: tooltips, native parts, selections."""
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, tokens.canvas),
        (role.WindowText, tokens.ink),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.sunken),
        (role.Text, tokens.ink),
        (role.PlaceholderText, tokens.ink_2),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.ink),
        (role.Highlight, tokens.brand),
        (role.HighlightedText, tokens.on_brand),
        (role.Link, tokens.brand),
        (role.ToolTipBase, tokens.surface),
        (role.ToolTipText, tokens.ink),
        (role.Accent, tokens.brand),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.on_disabled))
    return palette


def style_sheet(tokens: Tokens, text_scale: float) -> str:
    """The look of every light-or-dark window. Sizes of type are scaled here, once."""

    def points(size: TextSize) -> str:
        return f"{size.value * text_scale:.2f}pt"

    t = tokens
    control = round(CONTROL_HEIGHT_PX * max(1.0, text_scale * 0.8))
    return f"""
* {{ color: {t.ink}; font-size: {points(TextSize.BODY)}; }}
QWidget[role="canvas"], QDialog {{ background: {t.canvas}; }}
QLabel {{ background: transparent; }}
QLabel[textSize="display"] {{ font-size: {points(TextSize.DISPLAY)}; font-weight: 700; }}
QLabel[textSize="title"] {{ font-size: {points(TextSize.TITLE)}; font-weight: 700; }}
QLabel[textSize="lead"] {{ font-size: {points(TextSize.LEAD)}; }}
QLabel[textSize="label"] {{ font-size: {points(TextSize.LABEL)}; }}
QLabel[strong="true"] {{ font-weight: 600; }}
QLabel[tone="quiet"] {{ color: {t.ink_2}; }}
QLabel[tone="brand"] {{ color: {t.brand}; }}
QLabel[tone="good"] {{ color: {t.good}; }}
QLabel[tone="warn"] {{ color: {t.warn}; }}
QLabel[tone="bad"] {{ color: {t.bad}; }}
#navBar {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.line}; }}
#helpBar {{ background: {t.sunken}; }}
#brandName {{ color: {t.brand}; font-size: {points(TextSize.TITLE)}; font-weight: 700; }}
QFrame[card="true"] {{ background: {t.surface}; border: 1px solid {t.line if t.dark else t.sunken};
  border-radius: {RADIUS_CARD_PX}px; }}
QFrame[rule="true"] {{ background: {t.line}; border: none; min-height: 1px; max-height: 1px; }}
QFrame[round="true"] {{ background: {t.brand_soft}; border: none; }}
QFrame[banner="info"] {{ background: {t.brand_soft}; border-radius: 12px; }}
QFrame[banner="good"] {{ background: {t.good_soft}; border-radius: 12px; }}
QFrame[banner="warn"] {{ background: {t.warn_soft}; border-radius: 12px; }}
QFrame[banner="bad"] {{ background: {t.bad_soft}; border-radius: 12px; }}
QPushButton {{ background: {t.surface}; border: 1px solid {t.control};
  border-radius: {RADIUS_CONTROL_PX}px; padding: 0 18px; min-height: {control}px; font-weight: 600; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.sunken}; }}
QPushButton[kind="primary"] {{ background: {t.brand}; color: {t.on_brand}; border: none;
  padding: 0 26px; }}
QPushButton[kind="primary"]:hover {{ background: {t.brand_hover}; }}
QPushButton[kind="danger"] {{ background: {t.danger}; color: {t.on_danger}; border: none; }}
QPushButton[large="true"] {{ min-height: {control + 14}px; font-size: {points(TextSize.LEAD)};
  border-radius: 12px; padding: 0 34px; }}
QPushButton[kind="link"], QPushButton[kind="nav"], QPushButton[kind="tab"], QPushButton[kind="plain"]
  {{ background: transparent; border: none; }}
QPushButton[kind="link"] {{ color: {t.brand}; padding: 0 6px; text-align: left; }}
QPushButton[kind="link"]:hover {{ background: {t.hover}; text-decoration: underline; }}
QPushButton[kind="plain"] {{ padding: 0 10px; }}
QPushButton[menu="true"] {{ padding-right: {round(34 * text_scale)}px; }}
QPushButton[kind="plain"]:hover, QPushButton[kind="nav"]:hover {{ background: {t.hover}; }}
QPushButton[kind="nav"] {{ color: {t.ink_2}; padding: 4px 8px 0 8px; border-radius: 0;
  border-bottom: 4px solid transparent; min-height: {control + 18}px; }}
QPushButton[kind="nav"]:checked {{ color: {t.ink}; border-bottom: 4px solid {t.brand}; }}
QPushButton[kind="tab"] {{ color: {t.ink_2}; padding: 0 6px; border-radius: 0;
  border-bottom: 4px solid transparent; font-size: {points(TextSize.LEAD)}; text-align: left; }}
QPushButton[kind="tab"]:hover {{ color: {t.ink}; }}
QPushButton[kind="tab"]:checked {{ color: {t.ink}; border-bottom: 4px solid {t.brand}; }}
QPushButton:disabled {{ background: {t.disabled}; color: {t.on_disabled}; border: none; }}
QPushButton[kind="link"]:disabled {{ background: transparent; color: {t.on_disabled}; }}
QPushButton::menu-indicator {{ width: 0; image: none; }}
QLineEdit {{ background: {t.surface}; border: 1px solid {t.control};
  border-radius: {RADIUS_CONTROL_PX}px; padding: 0 12px; min-height: {control - 2}px;
  selection-background-color: {t.brand}; selection-color: {t.on_brand}; }}
QComboBox {{ background: {t.surface}; border: 1px solid {t.control};
  border-radius: {RADIUS_CONTROL_PX}px; padding: 0 12px; min-height: {control - 2}px; }}
QComboBox:hover {{ background: {t.hover}; }}
QComboBox::drop-down {{ border: none; width: {round(36 * text_scale)}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.control};
  selection-background-color: {t.brand_soft}; selection-color: {t.ink}; outline: none; }}
#checkRail {{ background: {t.sunken}; }}
QPushButton[kind="rail"] {{ background: transparent; border: 1px solid transparent; text-align: left;
  border-radius: 12px; padding: 0; }}
QPushButton[kind="rail"]:hover:enabled {{ background: {t.hover}; }}
QPushButton[kind="rail"]:checked {{ background: {t.surface};
  border: 1px solid {t.line if t.dark else t.sunken}; }}
QTextBrowser {{ background: {t.surface}; border: 1px solid {t.line};
  border-radius: {RADIUS_CONTROL_PX}px; padding: 8px; }}
QMenu {{ background: {t.surface}; border: 1px solid {t.control}; padding: 6px; }}
QMenu::item {{ padding: 10px 28px 10px 14px; border-radius: 6px; }}
QMenu::icon {{ padding-left: 10px; background: transparent; border: none; }}
QMenu::icon:checked {{ background: transparent; border: none; }}
QMenu::item:selected {{ background: {t.brand_soft}; color: {t.ink}; }}
QMenu::item:disabled {{ color: {t.ink_2}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 6px 8px; }}
QScrollArea, QScrollArea > QWidget > QWidget[role="scrolled"] {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 14px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {t.control}; border-radius: 5px; min-height: 44px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QToolTip {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.control}; padding: 6px; }}
"""
