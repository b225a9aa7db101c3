"""How rules are changed, checked and tried before."""
