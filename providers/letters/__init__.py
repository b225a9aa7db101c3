"""Letters and statements on paper: PDF for window envelopes, the same bytes for the same words."""
