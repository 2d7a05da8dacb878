"""The only code that imports stripe or djstripe."""
