"""The only place that touches cameras and sound cards."""
