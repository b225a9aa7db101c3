"""What may explain a payment, and who pays."""
