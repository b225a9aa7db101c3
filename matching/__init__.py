"""Cash application, decided purely: frozen values in, a decision with its reasons out."""
