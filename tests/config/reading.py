"""Reads config/settings.py again for each environment it is given, a JSON object a line; its own process.

Answers with a JSON object a line: the settings in upper case that JSON can say, or {"stopped": message}.
"""

import json
import os
import runpy
import sys

from django.core.exceptions import ImproperlyConfigured

SETTINGS = "config/settings.py"


def read(environment: dict[str, str]) -> dict[str, object]:
    os.environ.clear()
    os.environ.update(environment)
    try:
        found = runpy.run_path(SETTINGS)
    except ImproperlyConfigured as refused:
        return {"stopped": str(refused)}
    return {name: value for name, value in found.items() if name.isupper() and name not in ("UNFOLD", "LOGGING")}


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    for line in sys.stdin:
        sys.stdout.write(json.dumps(read(json.loads(line)), default=str) + "\n")
        sys.stdout.flush()
