"""Faults that others have published of systems like this one, each tried on the doors of a complaint.

Masking that one page forgets; a second version that is not looked at again; a row of another matter reached through
one's own; another organ's matter told apart from none; what was refused, asked or said gone with whoever did it.
"""

import io
import json
import re

import pytest
from click.testing import CliRunner

from casebook import accounts
from casebook.complaints import duties, screening
from casebook.errors import BadFields
from casebook.models import ComplaintPart, Event, Scope
from casebook.procedure.dates import today
from casebook.seal import messages, openings
from tests.complaints import NEUTRAL, SEALED, a_complaint
from tests.stages import Cast
from web.cli import main

WHY = "核对第三点所述日期"


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def complaint(session, cast, seal):
    """Being handled, with a file under its seal, beside another with one of its own."""
    found = a_complaint(session, cast, seal, "handling")
    seal.put_file(found.handle, "账页.txt", io.BytesIO(b"ours"))
    session.commit()
    return found


@pytest.fixture
def other(session, cast, seal):
    found = a_complaint(session, cast, seal, "handling", name="旁人甲", contact="13000000001")
    seal.put_file(found.handle, "别件.txt", io.BytesIO(b"theirs"))
    session.commit()
    return found


def opened(session, complaint, by, second, scope=Scope.TEXT):
    asked = openings.ask(session, complaint, by, scope=scope, purpose="protection", reason=f"{WHY} {by.role}")
    openings.answer(session, asked, second, granted=True, until=today(), on=today())
    session.commit()
    return asked


def addresses(app, number: str) -> list[tuple[str, str]]:
    """Method and address of everything about one complaint."""
    found = []
    for rule in app.url_map.iter_rules():
        path = str(rule).replace("<any(complaints, clearances, returns, periods):what>", "complaints")
        if not path.startswith("/complaints/<number>"):
            continue
        path = re.sub(r"<any\((\w+).*?\):\w+>", r"\1", path.replace("<number>", number))
        path = re.sub(r"<int[^>]*:\w+>", "1", path)
        path = re.sub(r"<page>", "findings", path)
        found += [(method, re.sub(r"<[^>]+>", "none", path)) for method in rule.methods & {"GET", "POST"}]
    return sorted(found)


@pytest.mark.parametrize("who", ["stranger", "administrator", "officer2", "superior_reviewer", "member"])
def test_no_address_tells_a_complaint_from_none_to_whoever_has_no_part_in_it(
    app, session, cast, complaint, as_, who
):
    visitor = as_(getattr(cast, who))
    visitor.get("/account")
    tried = addresses(app, complaint.number)
    assert len(tried) > 20
    for method, path in tried:
        seen = []
        for number in (complaint.number, "T9-X2026-0099"):
            visitor.get("/account")
            at = path.replace(complaint.number, number)
            visitor.get(at) if method == "GET" else visitor.post(at, {"granted": "yes"})
            seen.append((visitor.status, visitor.response.text.replace(number, "N")))
        assert seen[0][0] in (403, 404), (method, path)
        assert re.sub(r"<input[^>]+csrf[^>]+>", "", seen[0][1]) == re.sub(
            r"<input[^>]+csrf[^>]+>", "", seen[1][1]
        ), (method, path)


def test_a_file_of_another_complaint_is_not_reached_through_an_opening_of_ones_own(
    session, cast, seal, complaint, other, as_
):
    opened(session, complaint, cast.officer, cast.chief)
    (mine,), (theirs,) = seal.files(complaint.handle), seal.files(other.handle)
    visitor = as_(cast.officer)

    visitor.get(f"/complaints/{complaint.number}/sealed/files/{mine.id}")
    assert visitor.response.data == b"ours"
    visitor.get(f"/complaints/{complaint.number}/sealed/files/{theirs.id}")
    assert visitor.status == 404
    visitor.get(f"/complaints/{other.number}/sealed/files/{theirs.id}")
    assert visitor.status == 409
    assert b"theirs" not in visitor.response.data


@pytest.mark.parametrize(
    "headers", [{}, {"Range": "bytes=0-1"}, {"If-None-Match": "*"}, {"Purpose": "prefetch"}]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_however_a_file_is_asked_for_it_leaves_a_line_and_is_kept_nowhere(
    session, cast, seal, complaint, as_, headers, method
):
    opened(session, complaint, cast.officer, cast.chief)
    (file,) = seal.files(complaint.handle)
    visitor = as_(cast.officer)
    before = session.query(Event).filter(Event.kind == "seal.read").count()
    session.commit()

    address = f"/complaints/{complaint.number}/sealed/files/{file.id}"
    answer = getattr(visitor.client, method)(address, headers=headers, buffered=True)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers
    assert session.query(Event).filter(Event.kind == "seal.read").count() == before + 1


def test_every_later_version_of_the_extract_is_compared_again_although_the_original_is_closed(
    session, cast, seal
):
    complaint = a_complaint(session, cast, seal, "screened")
    assert not openings.active(session, complaint, cast.receiver, Scope.TEXT, today())

    for words in (f"反映人{SEALED['name']}称未招标", "亲眼看见周镇长把修路的活直接给了他外甥"):
        given = screening.Screening(**{**NEUTRAL, "extract": words})
        with pytest.raises(BadFields) as refused:
            screening.screen(session, seal, complaint, cast.receiver, given)
        assert "extract" in refused.value.errors
    assert complaint.extract == NEUTRAL["extract"]


def test_what_was_asked_refused_and_written_outlives_whoever_did_it(session, cast, seal, complaint, as_):
    asked = openings.ask(
        session, complaint, cast.officer, scope=Scope.IDENTITY, purpose="verification", reason=WHY
    )
    openings.answer(session, asked, cast.chief, granted=False, reason="可以不问身份核实", on=today())
    messages.post(seal, complaint.handle, messages.ORGAN, "请补充日期", today())
    duties.end(
        session, complaint, duties.current(complaint, ComplaintPart.HANDLER)[0], cast.chief, "工作调整"
    )
    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver2, cast.chief)
    duties.declare(session, complaint, cast.receiver2, [])
    handler_now = cast.reviewer
    duties.assign(session, complaint, ComplaintPart.HANDLER, handler_now, cast.chief)
    duties.declare(session, complaint, handler_now, [])
    for gone in (cast.officer, cast.receiver):
        accounts.set_active(session, gone, None, active=False)
    session.commit()

    for person in (cast.chief, cast.superior, cast.auditor, handler_now, cast.receiver2):
        visitor = as_(person)
        visitor.get(f"/complaints/{complaint.number}/openings")
        for words in (WHY, "可以不问身份核实", cast.officer.name, cast.chief.name):
            assert words in visitor.text(), person.role
    opened(session, complaint, cast.receiver2, cast.chief)
    read = openings.read_messages(session, seal, complaint, cast.receiver2, today())
    assert "请补充日期" in [one.text for one in read]


def test_a_line_nested_without_end_is_named_and_takes_no_other_with_it(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    deep = '{"task": "complaint", "id": "deep", "facts": ' + "[" * 100_000 + "]" * 100_000 + "}"
    well = '{"task": "complaint", "id": "well", "as_of": "2026-11-21", "facts": {}}'
    source.write_text(f"{deep}\n{well}\n")

    CliRunner().invoke(main, ["adjudicate", "--input", str(source), "--output", str(target)])

    first, second = map(json.loads, target.read_text().splitlines())
    assert first["error"]["line"] == 1
    assert (second["id"], "error" in second) == ("well", False)
