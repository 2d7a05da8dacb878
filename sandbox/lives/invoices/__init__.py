"""From lines to totals, from draft to paid."""
