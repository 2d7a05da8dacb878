"""Arithmetic of amounts, rates and periods, in integer minor units."""
