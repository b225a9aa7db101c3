"""Payment processors: their payouts, broken down to the charges, fees and refunds inside."""
