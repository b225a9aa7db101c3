"""The one door, and what comes of what went out."""
