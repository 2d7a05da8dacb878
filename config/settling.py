"""What a long-lived process does once it has loaded everything."""

import gc

NEW_OBJECTS = 50_000
"""So many are made before the collector looks at them (700 by default): a batch of events makes hundreds of thousands,
which all go when it ends."""


def settle() -> None:
    """Let the collector pass by what is loaded now and stays (https://docs.python.org/3/library/gc.html#gc.freeze).

    Else each batch of events has it go through all of Django's and Stripe's classes several times, a sixth of the
    batch's time; and after a fork its marks copy the memory that both processes shared.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
