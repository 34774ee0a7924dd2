"""Where log lines go: a small rotating file, and the console for developers. Everything is redacted."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

from kpdesk.base.redact import RedactingFormatter

MAX_BYTES = 1_000_000
FILES_KEPT = 5
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
# These libraries log packets, URLs or SDP at DEBUG: never wanted, whatever our own level.
_CHATTY = ("aiortc", "aioice", "aiohttp", "asyncio", "qasync", "keyring", "urllib3", "libav")


def start_logging(directory: Path, *, level: str = "INFO", console: bool = False) -> Path:
    """Log to ``directory/kpdesk.log``; returns its path. Call once, before anything else logs."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / "kpdesk.log"
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
        )
    ]
    if console and sys.stderr is not None:
        handlers.append(logging.StreamHandler(sys.stderr))
    root = logging.getLogger()
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(_FORMAT))
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("kpdesk").setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    return path


def stop_logging() -> None:
    """Flush and detach every handler of the root logger that ``start_logging`` added."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler.formatter, RedactingFormatter):
            root.removeHandler(handler)
            handler.close()
