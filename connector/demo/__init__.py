"""The demonstration: two simulated ledgers, everything installed, and weeks that pass."""
