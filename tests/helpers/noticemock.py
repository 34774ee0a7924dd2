"""Hears what the one door to the person says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpdesk.domain.errors import ErrorCode
from kpdesk.ui.notices import Notice, Notices


class HeardNotices:
    """A real ``Notices`` and everything that came out of it. An unexpected one fails the test."""

    def __init__(self) -> None:
        self.notices = Notices()
        self.heard: list[Notice] = []
        self.notices.notice.connect(self.heard.append)

    def take(self, code: ErrorCode | None = None) -> Notice:
        """The oldest notice, which must be of ``code``."""
        assert self.heard, "nothing was said"
        notice = self.heard.pop(0)
        assert notice.code is code, f"said {notice.code}, not {code}"
        return notice


@pytest.fixture
def noticemock() -> Iterator[HeardNotices]:
    """Import it where it is used; what was said and not taken is a failure."""
    heard = HeardNotices()
    yield heard
    assert not heard.heard, f"not expected: {heard.heard}"
