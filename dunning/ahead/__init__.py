"""The steps ahead, and a policy tried on the past."""
