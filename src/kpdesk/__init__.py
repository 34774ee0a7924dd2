"""kpdesk: the desktop app with which patients see their doctor by video."""

__version__ = "0.1.0"
