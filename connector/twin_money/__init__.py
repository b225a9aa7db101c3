"""The same money in two records."""
