"""The outside world but media: identity, appointments, visits, signaling, settings, policy, profile.

Coroutines run on the GUI thread's loop; what blocks (keyring, disk) goes to a worker thread.
"""
