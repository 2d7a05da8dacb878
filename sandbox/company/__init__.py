"""A company's history, lived through a running sandbox: `python -m sandbox.company --url http://127.0.0.1:12111`.

It only asks what any client may ask: the ordinary operations under `/v1`, and the clock. The same seed gives the same
requests, and so the same state byte for byte.
"""
