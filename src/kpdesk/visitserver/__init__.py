"""The embedded visit service: sign-in (SMART App Launch), appointments, join, signaling, practice page.

Used by the demo, by tests, and with ``kpdesk serve`` by a small practice on its own network.
Importing this package loads nothing; ``server.serve`` is the door.
"""
