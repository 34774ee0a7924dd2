"""The log file holds what happened and no secret."""

import logging
from pathlib import Path

from kpdesk.app.logs import FILES_KEPT, MAX_BYTES, start_logging, stop_logging


def test_lines_are_redacted_and_foreign_debug_is_left_out(tmp_path: Path) -> None:
    path = start_logging(tmp_path / "logs", level="DEBUG")
    try:
        logging.getLogger("kpdesk.test").debug("joined with token=%s", "s3cret-value")
        logging.getLogger("aiortc.rtcpeerconnection").info("a=ice-pwd:s3cret-value")
    finally:
        stop_logging()
    text = path.read_text("utf-8")
    assert "joined with token=" in text
    assert "s3cret-value" not in text
    assert "aiortc" not in text


def test_old_lines_give_way(tmp_path: Path) -> None:
    start_logging(tmp_path, level="INFO")
    try:
        log = logging.getLogger("kpdesk.test")
        for _ in range(80):
            log.info("ten words of it " * (MAX_BYTES // 128))
    finally:
        stop_logging()
    files = sorted(tmp_path.glob("kpdesk.log*"))
    assert len(files) == FILES_KEPT + 1
    assert sum(file.stat().st_size for file in files) <= (FILES_KEPT + 1) * MAX_BYTES


def test_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    start_logging(tmp_path)
    stop_logging()
    assert logging.getLogger().handlers == before
