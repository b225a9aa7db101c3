"""What could explain money."""
