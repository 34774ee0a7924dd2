"""Pages and windows: they join view models with widgets and choose the words."""
