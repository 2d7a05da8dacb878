"""The demo company: an example that was lived through the sandbox's clock and the real inbox.

May import every app; nothing imports it. Its one way in is the command `seed_demo`.
"""
