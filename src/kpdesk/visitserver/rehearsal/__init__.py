"""Rehearsals: a short call with the service itself, which returns what it is sent (docs/protocol.md)."""
