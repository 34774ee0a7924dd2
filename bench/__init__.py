"""Benchmarks: kpdesk against Chromium in the patient's place. ``python3 dev.py bench NAME`` runs one."""
