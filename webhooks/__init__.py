"""The doors where QuickBooks, Xero and mail knock."""
