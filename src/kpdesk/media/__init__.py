"""Devices, sound, picture and peer connections. Blind to services; Qt only in ``devices``."""
