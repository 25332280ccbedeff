"""The order of calls: written once, read back, submitted last, and every doubt settled by reading.

The portal here is a stand-in, since what is tested is what is asked of it and when. The real browser and the
mock portal are in tests/cli and tests/trust.
"""

from __future__ import annotations

import pytest

from esar_bot.journal import JOURNAL
from esar_bot.prepared import PreparedReport, prepare
from tests.unit.run.scripted_portal import ROUND, Run, ScriptedPortal
from tests.unit.small_agency import SmallAgency


@pytest.fixture
def prepared(agency: SmallAgency) -> PreparedReport:
    result = agency.check(ROUND)
    assert result.agreement is not None
    assert result.report is not None
    return prepare(result.agreement, result.report, agency.root / ROUND)


@pytest.fixture
def portal(tmp_path) -> ScriptedPortal:
    return ScriptedPortal(tmp_path / "run" / JOURNAL)


@pytest.fixture
def run(prepared, portal, tmp_path, in_loop) -> Run:
    (tmp_path / "run").mkdir()
    portal.journal.touch(mode=0o600)
    return Run(prepared, portal, tmp_path / "run", in_loop)
