"""A warning that no test asked for fails the test in which it was logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest


@dataclass
class ExpectedLog:
    """One or more records that a test wants to see."""

    logger: str
    level: int
    substring: str
    seen: int = 0

    def fits(self, record: logging.LogRecord) -> bool:
        inside = record.name == self.logger or record.name.startswith(f"{self.logger}.")
        return inside and record.levelno == self.level and self.substring in record.getMessage()

    def __str__(self) -> str:
        return f"{logging.getLevelName(self.level)} {self.logger}: ...{self.substring}..."


@dataclass
class LogWatch:
    """What a test expects to be logged; call it to expect something."""

    expected: list[ExpectedLog] = field(default_factory=list)

    def __call__(self, logger: str, level: int, substring: str = "") -> ExpectedLog:
        """Expect at least one record of ``logger`` (or below it) at ``level`` that contains ``substring``.

        May be called before or after the record is logged. A record that never comes fails the test.
        """
        wanted = ExpectedLog(logger, level, substring)
        self.expected.append(wanted)
        return wanted

    def complaints(self, records: list[logging.LogRecord]) -> list[str]:
        """A line for each record that nobody expected, and for each expectation that nothing met."""
        unexpected = []
        for record in records:
            fitting = [wanted for wanted in self.expected if wanted.fits(record)]
            for wanted in fitting:
                wanted.seen += 1
            if not fitting and record.levelno >= logging.WARNING:
                unexpected.append(f"unexpected log: {record.levelname} {record.name}: {_text(record)}")
        unmet = [f"expected, but never logged: {wanted}" for wanted in self.expected if not wanted.seen]
        return unexpected + unmet


def _text(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        text += "\n" + logging.Formatter().formatException(record.exc_info)
    return text


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[LogWatch]:
    """Fail the test on a WARNING or worse, unless it says ``expect_log(logger, level, substring)``."""
    watch, collector = LogWatch(), _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield watch
    finally:
        root.removeHandler(collector)
    complaints = watch.complaints(collector.records)
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
