"""Test cards and accounts: how each looks and behaves."""
