"""Tests of cash application."""
