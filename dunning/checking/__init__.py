"""Policies that are shipped, and whether one may be saved."""
