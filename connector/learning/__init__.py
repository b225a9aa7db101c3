"""What the matcher learns, and how good it is."""
