"""Install, sign-in, tokens, a way into a ledger."""
