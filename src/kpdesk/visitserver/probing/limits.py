"""What one session, one address and all together may have of the probe."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProbeLimits:
    """How much is too much."""

    max_kbps: int = 25_000
    max_seconds: float = 10.0
    """Of trains at the full rate, each way: rate times time is what a session may have."""
    sessions: int = 64
    sessions_per_address: int = 16
    kbps_per_address: int = 50_000
    """Sent at once; a whole clinic, or everybody behind one relay, shares an address."""
    total_kbps: int = 100_000
    """Sent at once to everybody."""
    lifetime_s: float = 120.0
