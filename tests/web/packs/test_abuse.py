"""The pages of rule packs against those who would flood, break or outwit them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casebook.models import PackVersion
from casebook.procedure.dates import today
from tests.casebook.packs.test_abuse import ABA
from tests.casebook.packs.test_life import proofs  # noqa: F401 - a fixture
from tests.packs import NAME, county_pack, make_law
from tests.web.packs.test_site_packs import TOMORROW, proposed, reviewer, write  # noqa: F401 - two are fixtures
from web.packs import jobs

DAY = "2026-01-01"


def kept(session, *fields, **more):
    pack = make_law(session, *fields, **more)
    session.commit()
    return pack


def test_one_person_does_not_keep_everybody_waiting_with_runs(app, session, as_, people, reviewer):  # noqa: F811
    write(reviewer)
    pack = session.scalars(select(PackVersion)).one()
    running = app.extensions["casebook.pack_jobs"]._jobs
    for number in range(jobs.MOST):
        running[1000 + number] = jobs.Job(by_id=people.reviewer.id)

    reviewer.get(f"/site-packs/{pack.id}")
    reviewer.send("Check, prove and rehearse")

    assert reviewer.status == 409
    assert f"{jobs.MOST} of your runs are under way" in reviewer.text()
    assert pack.id not in running
    reviewer.post("/site-packs/prove", {})
    assert reviewer.status == 409
    running[1000].over.set()
    jobs_ = app.extensions["casebook.pack_jobs"]
    assert jobs_.start(7, people.reviewer.id, lambda _job: None).over.wait(5)
    assert 1000 not in running  # what is over is forgotten
    running[1000] = jobs.Job(by_id=people.reviewer.id)
    assert jobs_.start(8, people.chief.id, lambda _job: None).over.wait(5)
    del running[8]


def test_the_page_of_a_proposal_that_can_no_longer_be_read_is_shown(session, as_, people, proposed):  # noqa: F811
    waiting = proposed.id
    kept(session, people.reviewer, ABA, TOMORROW, name="aba")
    chief = as_(people.chief, "en")

    chief.get(f"/site-packs/{waiting}")

    assert chief.status == 200
    assert "the packs beside it have changed" in chief.text()


@pytest.mark.parametrize("written", ['"{}"', "'{}'", "{}  # 第六条"])
def test_a_rule_that_ended_is_found_however_its_id_is_written(session, people, as_, written):
    id_ = f"id: {NAME}.pilot\n"
    text = county_pack(since=DAY, source=DAY).replace(id_, f"id: {written.format(f'{NAME}.pilot')}\n")
    past = today() - timedelta(days=9)
    kept(session, people.reviewer, text, past, past + timedelta(days=1))
    later = county_pack(since="2026-02-01", source="2026-02-01")
    kept(session, people.reviewer, later, past + timedelta(days=3), past + timedelta(days=4), number=2)
    chief = as_(people.chief, "en")

    chief.get(f"/rules/{NAME}.pilot@{DAY}")

    assert chief.status == 200
    assert "No longer in force" in chief.text()
