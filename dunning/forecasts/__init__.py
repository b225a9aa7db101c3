"""Forecasts, the worklist, credit."""
