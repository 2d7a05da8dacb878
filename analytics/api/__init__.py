"""For staff and keys of the installation only: the figures are across organizations."""
