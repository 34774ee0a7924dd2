"""The Windows Installer package."""
