"""The composition root: command line, wiring, logging, single instance, crash handler."""
