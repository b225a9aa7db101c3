"""QuickBooks Online and Xero as real HTTP servers on loopback, with a clock that can be moved."""
