from __future__ import annotations

import pytest

from kpdesk.visitserver.practitioner.picture import Picture


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Drawing it takes more than a second: once is enough."""
    return Picture()
