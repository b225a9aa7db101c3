"""What a client may set."""
