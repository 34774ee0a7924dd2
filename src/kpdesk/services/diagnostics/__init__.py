"""What the system tells about itself: small readers for Linux, macOS and Windows, and one that asks them."""

from __future__ import annotations

from kpdesk.services.diagnostics.diagnostics import SystemDiagnostics, system_platform, versions

__all__ = ["SystemDiagnostics", "system_platform", "versions"]
