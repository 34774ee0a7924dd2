"""Answers the paced UDP probe: sessions and their limits, and the thread with the socket."""
