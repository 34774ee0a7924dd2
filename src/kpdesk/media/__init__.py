"""Devices, capture, audio processing, tracks, peer connections, sinks and statistics.

``room.MediaRoom`` is the door. Everything of aiortc lives on the thread ``kpdesk-media``; frames are
pulled, never pushed; what crosses to the GUI thread is a frozen event of ``domain.media``.
"""
