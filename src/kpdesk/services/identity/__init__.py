"""Signing in with SMART App Launch and staying signed in."""

from kpdesk.services.identity.identity import Identity
from kpdesk.services.identity.secret_store import SecretStore

__all__ = ["Identity", "SecretStore"]
