"""The precedents that a case cites leave with it as they were compared, and a stranger checks the comparison."""

from copy import deepcopy

import pytest

from casebook import sealing
from casebook.casefile.cited import digest_of
from casebook.casefile.export import build
from casebook.casefile.verify import verify
from casebook.db import make_engine, session_factory
from casebook.home import Home
from casebook.precedents import consult
from casebook.precedents.bases import shelf
from casebook.precedents.gate import Answer
from casebook.procedure.dates import today
from tests import panels
from tests.casebook.casefile.conftest import MOMENT
from tests.casebook.casefile.forging import as_bytes, forge, found_in, json_in, parts_in, rechained
from tests.conftest import fresh_database
from tests.consulted import GRAVE, KNOWN, whole
from tests.factories import make_case
from tests.panels import CADRE, told
from tests.precedents import a_precedent
from tests.stages import Cast

FACTS = whole(KNOWN) | CADRE


@pytest.fixture(scope="module")
def departing(server_url, template, tmp_path_factory):
    """The file of a case that consulted precedents, departed from one and was decided; and what only the store knows."""
    folder = tmp_path_factory.mktemp("cited")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        engine = make_engine(url)
        with session_factory(engine)() as session:
            cast = Cast(session, home)
            case = told(session, cast, "tolerate", ["0a"], **FACTS)
            other = make_case(session, cast.officer, title="先例所出的案件")
            binding = a_precedent(session, cast.reviewer, outcome="correct", facts=FACTS, case=other)
            a_precedent(session, cast.reviewer, outcome="hold_accountable", facts=whole(GRAVE) | CADRE)
            uncited = a_precedent(session, cast.reviewer, life="withdrawn", current=False)
            panels.conclude(session, cast, case, "tolerate")
            consult.consult(session, case, cast.chief, today())
            answer = Answer("distinguished", ("mental_state",), "当事人主动停工。")
            decision = panels.draft(session, cast, case, precedent_reasons={binding.code: answer})
            panels.sign(session, case, cast.chief, decision)
            path = folder / "case.casefile"
            with path.open("wb") as out:
                build(session, home, case, None, MOMENT).write(out)
            digests = {code: one.digest for code, one in shelf(session, today()).kept.items()}
            yield path, binding.code, uncited.code, other.number, digests
        engine.dispose()


@pytest.fixture
def path(departing):
    return departing[0]


def test_the_search_the_departure_and_the_precedents_go_along_and_verify(departing):
    path, binding, uncited, _, digests = departing
    lines = [line.message("en") for line in verify(path)]
    precedents = {row["code"]: row for row in json_in(path, "precedents.json")}

    assert "Precedents: 2, as 1 searches and 1 departures cite them" in lines
    assert found_in(path) == (True, "")
    assert binding in precedents
    assert uncited not in precedents
    assert {code: digest_of(row) for code, row in precedents.items()} == {
        code: digests[code] for code in precedents
    }
    (row,) = json_in(path, "procedure/precedent_departures.json")
    assert (row["precedent_id"], row["reason"]) == (precedents[binding]["id"], "当事人主动停工。")


def test_nothing_tells_whose_case_a_precedent_was(departing):
    path, _, _, number, _ = departing

    assert not any(number.encode() in content for content in parts_in(path).values())
    for row in json_in(path, "precedents.json"):
        assert not {"case_id", "decision_id", "proposed_by_id", "approved_by_id"} & row.keys()


def _first(**values):
    return lambda rows: [{**rows[0], **values}, *rows[1:]]


def _fact(rows):
    rows = deepcopy(rows)
    rows[0]["facts"][0]["value"] = "something else"
    return rows


def _finding(rows):
    rows = deepcopy(rows)
    rows[0]["issues"][0]["outcome"] = (
        "tolerate" if rows[0]["issues"][0]["outcome"] != "tolerate" else "correct"
    )
    return rows


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [], lambda rows: rows[1:], lambda rows: [*rows, {**rows[0], "code": "X", "id": 999}],
        lambda rows: [rows[0], *rows], _first(outcome="tolerate", title="别的"), _first(case_id=1), _fact, _finding,
        _first(articles=["other"]), lambda rows: [1],
    ],
)  # fmt: skip
def test_a_precedent_that_is_not_what_was_compared_is_found(path, tmp_path, change):
    forged = forge(
        path, {"precedents.json": as_bytes(change(json_in(path, "precedents.json")))}, tmp_path / "x"
    )

    assert found_in(forged) == (False, "precedents.json")


@pytest.mark.parametrize("table", ["consultations", "precedent_departures"])
@pytest.mark.parametrize("how", ["left out", "emptied"])
def test_a_search_or_a_departure_that_is_taken_away_is_missed(path, tmp_path, table, how):
    name = f"procedure/{table}.json"
    forged = forge(path, {name: None if how == "left out" else b"[]"}, tmp_path / "x")

    assert found_in(forged) == (False, name)


def test_another_reason_is_not_what_was_signed(path, tmp_path):
    rows = json_in(path, "procedure/precedent_departures.json")
    forged = forge(
        path, {"procedure/precedent_departures.json": as_bytes(_first(reason="别的")(rows))}, tmp_path / "x"
    )

    assert found_in(forged) == (False, "procedure/precedent_departures.json")


def test_a_file_of_a_version_that_knew_no_precedents_still_verifies(exported, tmp_path):
    older = forge(
        exported,
        {"procedure/consultations.json": None, "procedure/precedent_departures.json": None},
        tmp_path / "x",
    )

    assert found_in(older) == (True, "")


def test_a_proof_that_does_not_hold_is_found_even_with_every_seal_mended(path, tmp_path):
    (kept,) = json_in(path, "procedure/consultations.json")
    content = kept["content"]
    proofs = [*content["issues"][0]["binding"], *content["issues"][0]["binding_if_decided"]]
    rows = next(proof["rows"] for proof in proofs if proof["side"] == "below")
    row = next(row for row in rows if row["here"] is row["there"] is True)
    row["here" if content["factors"][row["factor"]]["graver"] else "there"] = False
    seal = ["consultations", kept["id"], sealing.digest_of(kept)]

    def mend(event):
        rows = [seal if one[:2] == seal[:2] else one for one in event["detail"].get("rows", ())]
        return {**event, "detail": {**event["detail"], "rows": rows}} if rows else event

    log = rechained(json_in(path, "events.json"), mend)
    manifest = {**json_in(path, "manifest.json"), "head": {"count": log[-1]["seq"], "hash": log[-1]["hash"]}}
    parts = {"events.json": log, "procedure/consultations.json": [kept], "manifest.json": manifest}

    found = found_in(forge(path, {name: as_bytes(part) for name, part in parts.items()}, tmp_path / "x"))

    assert found == (False, "precedents.json")
