"""State for each screen, with QtCore alone."""
