"""Compare Stripe with what is here, field by field and both ways; heal what is safe, leave the rest to a person.

The pages of Stripe's lists are merged with our snapshots by the time of creation, so that no more than some pages and
the last second are held at once. A row is compared with what the projection would make of Stripe's object.
"""
