"""A process that carries out tasks lets the collector pass by what is loaded for good."""

import json
import os
import subprocess
import sys
from pathlib import Path

from config.settling import NEW_OBJECTS

BASE = Path(__file__).resolve().parents[2]
PROGRAM = """
import gc, json
from celery.signals import worker_process_init
import config.celery
before = gc.get_freeze_count()
worker_process_init.send(sender=None)
print(json.dumps([before, gc.get_freeze_count(), gc.get_threshold()[0]]))
"""


def test_what_is_loaded_is_frozen_when_its_process_begins() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=BASE, env=dict(os.environ), capture_output=True, text=True, check=True
    )
    before, after, threshold = json.loads(ran.stdout)
    assert before == 0
    assert after > 10_000
    assert threshold == NEW_OBJECTS
