"""The product's settings with the benchmark's routes."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "bench.overlay.urls"
