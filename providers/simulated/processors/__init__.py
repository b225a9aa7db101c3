"""Stripe and PayPal as far as payouts are read from them: real answers, real refusals."""
