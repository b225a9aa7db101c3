"""The doors where QuickBooks, Xero, mail and telephone knock."""
