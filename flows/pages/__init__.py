"""The portal's pages, one module each: what can be read from it, and what can be done on it."""
