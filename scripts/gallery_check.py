"""Draws every state of the check from static snapshots, to be looked at.

    python scripts/gallery_check.py --out build/gallery --languages en es --scales 100 200 --looks light dark

One PNG file a state, language, text size, look and window size. The camera shows test footage when there is
some (KPDESK_TEST_MEDIA), otherwise a plain ground. Nothing is looked at in earnest.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "scripts")]

from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from tests.helpers.check_states import STATES, CheckStage, details_dialog, save_dialog  # noqa: E402

SIZES = ((1180, 760), (960, 640), (1366, 768))


def main() -> int:
    """Draw what is asked for; prints one line a picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gallery")
    parser.add_argument("--languages", nargs="+", default=["en", "es"])
    parser.add_argument("--scales", nargs="+", type=int, default=[100, 200], help="percent")
    parser.add_argument("--looks", nargs="+", default=["light", "dark"])
    parser.add_argument("--sizes", nargs="+", default=[f"{w}x{h}" for w, h in SIZES])
    parser.add_argument("--only", default="", help="states whose name contains this")
    options = parser.parse_args()
    app = QApplication([])
    from gallery_call import Still, patient

    from kpdesk.ui import formatting
    from kpdesk.ui.i18n import Languages
    from kpdesk.ui.theme.application_theme import ApplicationTheme

    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    theme, languages = ApplicationTheme(app), Languages(app)
    picture = patient()

    def window(name: str, size: tuple[int, int]) -> QWidget:
        stage = CheckStage(theme, STATES[name], pictures=Still(picture))
        stage.window.resize(*size)
        return stage.window

    made: dict[str, Callable[[tuple[int, int]], QWidget]] = {
        name: lambda size, name=name: window(name, size)  # type: ignore[misc]
        for name in STATES
    }
    made["save-report"] = lambda _size: save_dialog(theme)
    made["details-for-it"] = lambda _size: details_dialog(theme)
    for language in options.languages:
        languages.set_language(language)
        for scale in options.scales:
            for look in options.looks:
                theme.apply(look, scale / 100)
                for size in options.sizes:
                    width, height = (int(part) for part in size.split("x"))
                    folder = options.out / f"{language}-{scale}-{look}-{size}"
                    folder.mkdir(parents=True, exist_ok=True)
                    for name, make in made.items():
                        if options.only in name:
                            draw(make((width, height)), folder / f"check-{name}.png")
    return 0


def draw(window: QWidget, path: Path) -> None:
    """Show ``window`` and keep what it looks like."""
    window.show()
    window.activateWindow()
    QTest.qWait(350)  # pictures are pulled, layouts settle
    window.grab().save(str(path))
    window.close()
    window.deleteLater()
    print(path, flush=True)


if __name__ == "__main__":
    sys.exit(main())
