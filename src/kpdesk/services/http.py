"""The one way to HTTP."""

from __future__ import annotations


class HttpClient:
    """One session for the whole app; opened at its first use on the running loop."""

    async def close(self) -> None:
        raise NotImplementedError
