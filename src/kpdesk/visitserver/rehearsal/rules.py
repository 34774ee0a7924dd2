"""How much of a rehearsal is allowed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RehearsalRules:
    """How many, how long, how much."""

    at_once: int
    """0: none at all."""
    ticket_s: float = 15.0
    """Until the room must be entered; a granted one keeps its place so long."""
    longest_s: float = 20.0
    """From the welcome on."""
    max_kbps: int = 4000
    """Of what is returned; a visit sends 2.6 Mbit/s at most."""
