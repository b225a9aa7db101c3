"""Collections, decided purely: frozen values in, one next step with its reasons out."""
