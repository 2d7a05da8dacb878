"""Properties are tried on hundreds of inputs; how long one of them takes says nothing on a busy machine."""

from hypothesis import settings

settings.register_profile("without a limit of time", deadline=None)
settings.load_profile("without a limit of time")
