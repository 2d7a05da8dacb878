"""What every operation is made of: its route, lists and expansions."""
