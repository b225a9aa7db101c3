"""Which explanation is carried out."""
