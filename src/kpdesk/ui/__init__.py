"""What the patient sees: view models (QtCore only), widgets, windows, theme, words, notices."""
