"""The words that it is put together from, and those it may not have."""
