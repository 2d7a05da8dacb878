"""Every page of the staff's site in a browser: no error, no violation of the content policy, nothing too wide.

The pictures are in var/screenshots; somebody has to look at them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from audit.actor import SYSTEM
from billing.models import Subscription
from billing.services import catalog, organizations, subscriptions
from tests.admin.scene import organization_with_everything, superuser
from tests.e2e.screenshots import WIDTHS, browser_path, walk
from tests.e2e.serving import served
from tests.stripe_events import deliver

PASSWORD = "correct horse battery staple"
FOLDER = Path("var/screenshots")

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture
def site(committing: str, sandbox: str, settings: Any, tmp_path: Path) -> Iterator[SimpleNamespace]:
    settings.STATIC_ROOT = str(tmp_path)
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    organization = organizations.register(name="Acme", email="acme@example.com", by=SYSTEM)
    subscriptions.start(organization=organization, plan_code="professional", payment_method="pm_card_visa", by=SYSTEM)
    deliver(sandbox)
    for name in ("Globex", "شركة المثال للتجارة", "株式会社テスト", "A name that is as long as names can be, " * 5):
        organization_with_everything(name)
    # First in its list, so that the walk previews a change of the subscription that the sandbox knows
    others = Subscription.objects.exclude(organization=organization)
    others.update(current_period_end=datetime(2100, 1, 1, tzinfo=UTC))
    settings.STEP_UP_SECONDS = 3600  # the walk takes longer than it would in life
    with served() as port:
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}", user=superuser())


@pytest.mark.skipif(not browser_path(), reason="there is no Chromium on this machine")
def test_in_light_and_dark_wide_and_narrow(site: SimpleNamespace) -> None:
    report = walk(site.url, site.user.email, PASSWORD, FOLDER)
    assert len(report.pages) > 40
    unexpected = [problem for problem in dict.fromkeys(report.problems) if "422" not in problem]
    assert unexpected == []  # 422: a verb without its reason, as the walk means it
    assert len(list(FOLDER.glob("*.png"))) >= len(set(report.pages)) * 2 * len(WIDTHS) - 10
