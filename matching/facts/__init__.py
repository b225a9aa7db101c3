"""What all of it speaks of: items, rules, words, sums."""
