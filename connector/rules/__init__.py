"""What a client allows."""
