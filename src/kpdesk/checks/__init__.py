"""Preflight: probes of camera, speaker, microphone, network and system, their runner and their report."""
