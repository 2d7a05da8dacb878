"""What only a benchmark's server serves: the product's own routes, and beside them its peers and limits."""
