"""Resellers, clients, people, what calls cost."""
