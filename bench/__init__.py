"""Benchmarks, each beside its peer or its limit, measured in turns in the same run: the ratios are the result.

`python -m bench [name ...]` prints a table and writes `bench.json` below the installation's home.
"""
