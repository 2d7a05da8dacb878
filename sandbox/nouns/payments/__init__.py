"""Money on its way: payment methods, intents, charges, refunds, disputes, payouts."""
