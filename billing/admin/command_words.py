"""What we ask of Stripe, in words."""

WORDS = {
    "refunds.create": "Give money back",
    "subscriptions.create": "Start a subscription",
    "subscriptions.update": "Change a subscription",
    "subscriptions.cancel": "Cancel a subscription",
    "customers.create": "Register a customer",
    "customers.update": "Change a customer",
    "payment_methods.attach": "Add a payment method",
    "products.create": "Add a plan to the catalog",
    "products.update": "Change a plan of the catalog",
    "prices.create": "Add a price to the catalog",
    "prices.update": "Change a price of the catalog",
}


def operation_words(operation: str) -> str:
    return WORDS.get(operation, operation.replace(".", " ").replace("_", " ").capitalize())
