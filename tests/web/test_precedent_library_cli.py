"""The commands that bring precedents in and write them out."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from casebook.models import Life, Precedent
from casebook.precedents import exchange
from tests.factories import make_organisation, make_user
from tests.precedents import a_precedent
from web.cli import main

ROW = {
    "code": "GX-1", "title": "未批先建村道", "summary": "事实。", "outcome": "tolerate", "body": "某县", "tier": "typical", "source_title": "典型案例通报",
    "facts": {"purpose": "public"},
}  # fmt: skip


@pytest.fixture
def run(home, session):
    session.commit()  # the store of the command is the same one

    def run(*arguments, status: int = 0, language: str = "en"):
        settings = {"LANG": {"en": "en_GB.UTF-8", "zh": "zh_CN.UTF-8"}[language], "LC_ALL": "", "LC_MESSAGES": "",
                    "CASEBOOK_HOME": str(home.path), "DATABASE_URL": home.url}  # fmt: skip
        session.commit()
        result = CliRunner().invoke(main, ["precedents", *map(str, arguments)], env=settings)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result.output

    return run


@pytest.fixture
def organ(session):
    return make_organisation(session, code="OWN1")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "先例.jsonl"
    path.write_text(json.dumps(ROW), encoding="utf-8")
    return path


def test_what_is_imported_waits_for_a_chief(run, organ, file, session):
    assert "Imported: 1." in run("import", file, "--organisation", "OWN1")
    one = session.scalars(select(Precedent)).one()
    assert (one.life, one.proposed_by, one.organisation) == (Life.PROPOSED, None, organ)
    assert exchange.batches(session, make_user(session, "chief", organisation=organ))


def test_a_fault_is_named_and_nothing_is_kept(run, organ, file, session):
    file.write_text(
        json.dumps(ROW) + "\n" + json.dumps({**ROW, "code": "GX-2", "tier": "low"}), encoding="utf-8"
    )
    said = run("import", file, "--organisation", "OWN1", status=1, language="zh")
    assert "先例.jsonl 第 2 行 tier：" in said
    assert "共 1 处错误，未导入任何先例" in said
    assert session.scalars(select(Precedent)).all() == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "no/such/file", "--organisation", "OWN1"), "Cannot read"),
        (("export", "--output", "library.doc"), "must end in"),
        (("export", "--output", "no/such/folder/library.xlsx"), "Cannot write"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(run, organ, arguments, says):
    assert says in run(*arguments, status=1)


def test_an_unknown_organ_is_named(run, organ, file):
    assert "no organisation NONE" in run("import", file, "--organisation", "NONE", status=1)


def test_the_library_goes_out_and_comes_in(run, session, organ, tmp_path):
    a_precedent(session, code="P-1", title="往返一次")
    for kind in ("jsonl", "xlsx"):
        target = tmp_path / f"library.{kind}"
        assert "Written" in run("export", "--output", target)
        assert target.stat().st_size
    assert "already used" in run("import", tmp_path / "library.xlsx", "--organisation", "OWN1", status=1)
