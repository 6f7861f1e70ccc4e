"""The commands for the working-day calendar."""

import pytest
from click.testing import CliRunner

from casebook.clocks.working import in_use
from casebook.models import Event
from tests.factories import make_organisation
from web.cli import main

NEXT = "day,working,name\n2027-01-01,0,元旦\n2027-01-09,1,元旦\n"


@pytest.fixture
def run(home, session):
    session.commit()  # the store of the command is the same one

    def run(*arguments, status: int = 0, language: str = "en"):
        settings = {"LANG": {"en": "en_GB.UTF-8", "zh": "zh_CN.UTF-8"}[language], "LC_ALL": "", "LC_MESSAGES": "",
                    "CASEBOOK_HOME": str(home.path), "DATABASE_URL": home.url}  # fmt: skip
        result = CliRunner().invoke(main, [str(one) for one in arguments], env=settings)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result.output

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "放假安排2027.csv"
    path.write_text(NEXT, encoding="utf-8")
    return path


def test_seeding_says_which_years_and_the_second_time_that_there_is_nothing_to_do(run):
    assert "2004–2026" in run("calendar", "seed")
    assert "there already" in run("calendar", "seed")


def test_a_new_store_knows_the_years_of_the_library_at_once(run):
    run("init")

    assert "2026-10-10\t上班\t国庆节" in run("calendar", "show", 2026, language="zh")


def test_a_year_is_imported_shown_and_imported_again_as_a_new_version(run, file):
    assert "no calendar for 2027" in run("calendar", "show", 2027, status=1)
    assert "version 1, 2 days" in run("calendar", "import", 2027, file)
    assert "第 2 版" in run("calendar", "import", 2027, file, "--source", "国办发明电", language="zh")

    shown = run("calendar", "show", 2027)
    assert "from: 国办发明电" in shown
    assert "2027-01-09\tworked\t元旦" in shown


def test_an_organ_may_have_a_year_of_its_own(run, file, session):
    organ = make_organisation(session, code="OWN1")
    session.commit()

    run("calendar", "import", 2027, file, "--organisation", "OWN1")

    assert in_use(session, organ, 2027).organisation_id == organ.id
    assert in_use(session, None, 2027) is None


def test_a_wrong_file_is_refused_row_by_row_and_nothing_is_kept(run, file, session):
    file.write_text(NEXT + "2028-01-01,0\nnever,0\n", encoding="utf-8")

    said = run("calendar", "import", 2027, file, status=1)

    assert "Row 4" in said
    assert "Row 5" in said
    assert session.query(Event).filter_by(kind="calendar.kept").count() == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", 2027, "no/such/file"), "Cannot read"),
        (("import", 2027, "."), "Cannot read"),
        (("import", 1200, "{file}"), "between 1990 and 2100"),
        (("show", 2026, "--organisation", "NOPE"), "no organ"),
        (("import", 2027, "{file}", "--organisation", "NOPE"), "no organ"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run, file, arguments, says):
    assert says in run("calendar", *[str(one).format(file=file) for one in arguments], status=1)
