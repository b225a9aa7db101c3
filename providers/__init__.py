"""Everything outside, one folder each, and the neutral words for it."""
