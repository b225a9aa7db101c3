"""Late fees and interest."""
