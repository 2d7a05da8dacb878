"""Due work of usage."""

from sandbox.engine import Work
from sandbox.lives.usage import error_reports

WORKS: dict[str, Work] = {"meter.report_errors": error_reports.tell}
