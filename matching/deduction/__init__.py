"""Whether a deduction is right, and where a credit for it is booked."""
