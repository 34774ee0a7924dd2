"""A practitioner of our own for the demo, for tests and for rehearsals: a real participant on the wire.

It signs in to the practice, lets patients in, is seen and heard, and measures what it sees and hears.
Picture and speech are made by us: no recording of any person is in it.
"""
