"""Way A, Stripe to us: `views -> receive -> (task) process -> projection -> handlers`."""
