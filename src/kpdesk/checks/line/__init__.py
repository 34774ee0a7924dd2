"""What a line carries: trains of packets over it, what came of them, and the figures that follow."""
