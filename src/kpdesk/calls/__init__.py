"""Joining a visit and holding the call: what needs both the services and the media room."""
