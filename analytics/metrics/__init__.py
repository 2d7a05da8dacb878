"""Pure arithmetic: the state of a subscription in, monthly amounts out. No framework, no clock, no floats.

Amounts are micro-minor-units (millionths of a cent, yen or fils) wherever they are kept, and exact fractions of
minor units on the way there.
"""
