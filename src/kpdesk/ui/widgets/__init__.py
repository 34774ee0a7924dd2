"""Pieces of a screen; they know snapshots and nothing of services, calls or media."""
