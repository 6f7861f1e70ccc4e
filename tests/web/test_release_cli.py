"""The command that releases what is over."""

from datetime import timedelta

from click.testing import CliRunner

from casebook.procedure import service
from casebook.procedure.dates import today
from tests.panels import GRAVE, conclude, draft, sign, told
from tests.stages import Cast
from web import release_cli
from web.cli import main


def test_periods_that_are_over_are_released_once(home, session, monkeypatch):
    cast = Cast(session, home)
    case = told(session, cast, "hold_accountable", ["P2", "G1"], **GRAVE)
    conclude(session, cast, case, "hold_accountable")
    sign(session, case, cast.chief, draft(session, cast, case, "P2", "G1"))
    session.commit()
    settings = {
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "",
        "CASEBOOK_HOME": str(home.path),
        "DATABASE_URL": home.url,
    }

    def released():
        result = CliRunner().invoke(main, ["release-periods"], env=settings)
        assert result.exit_code == 0, result.output
        return result.output.strip()

    assert released() == "Released: 0."
    later = today() + timedelta(days=200)
    monkeypatch.setattr(release_cli, "today", lambda: later)
    assert released() == "Released: 1."
    assert released() == "Released: 0."
    assert service.release_due(session, later) == []
