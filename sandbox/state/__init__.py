"""What is kept: one SQLite file, and what is read from it as a whole."""
