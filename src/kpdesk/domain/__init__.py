"""What the words mean: frozen data, error codes, the rules of joining, the call state machine."""
