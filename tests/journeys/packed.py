"""Rule packs for the pages of the site's own: one with faults, one whose proof fails, one proposed, one in force."""

from datetime import timedelta
from types import SimpleNamespace

from casebook import events
from casebook.models import Case, PackVersion
from casebook.packs import approval, drafts, everything, evidence, looking
from casebook.procedure.dates import today
from tests.factories import CHEAP, PASSWORD
from tests.packs import county_pack

FAILURE = {
    "property": "direction",
    "zh": "直接经济损失变得更重，结果却由“纠错，不予问责”减轻为“容错”。",
    "en": "Direct economic loss: a change to what is graver turns it into the milder tolerate.",
    "rules": [{"id": "aba.pilot", "version": "aba.pilot@2026-12-01", "pack": "aba", "file": "regions/aba.yaml",
               "line": 17, "column": 5}],
    "facts": {"purpose": "public", "direct_economic_loss_cny": 0},
    "changed": {"direct_economic_loss_cny": 1000000.01},
    "conduct_day": "2026-12-01",
    "as_of": "2026-12-01",
    "region": "513200",
}  # fmt: skip
COUNTS = {"closed": {}, "open": {"correct": {"tolerate": 1, "correct": 1}}}
MOVED = {"closed": False, "before": "correct", "after": "tolerate", "rules": ["ganzi.pilot"]}
DIRECTION = {"property": "direction", "zh": "方向：更重的事实不使结果变轻", "en": "Direction", "accepted": []}


def packed(session, people, case: Case, unbroken: str) -> dict[str, object]:
    """The numbers of these versions, and of the proof that fails."""
    reviewer, first = people["reviewer"], today() + timedelta(days=9)

    def written(text: str) -> PackVersion:
        return drafts.draft(
            session, reviewer, text=text, reason=f"州政府出台办法 {unbroken}", from_on=first, today=today()
        )

    def proved(pack: PackVersion, failures: list[dict]) -> int:
        looked = looking.bench(session, pack, today())
        evidence.keep(session, pack, reviewer, looked.digest, looked.check())
        report = {"packs": {}, "properties": [DIRECTION | {"proved": not failures, "failures": failures}]}
        seen = looking.Seen(looking.PROOF, looked.settings[0].beside, not failures, report)
        (row,) = evidence.keep(session, pack, reviewer, looked.digest, [seen])
        found = SimpleNamespace(
            cases=2, read_at=events.last(session),
            counts_as_json=lambda: COUNTS | {"unread": []},
            moved_as_json=lambda: [MOVED | {"case": case.id}],
        )
        evidence.keep_rehearsal(session, pack, reviewer, looked, found)
        return row.id

    faulty = written(county_pack("liangshan", region="5134", more="        - {fact: no_such, is: true}\n"))
    looked = looking.bench(session, faulty, today())
    evidence.keep(session, faulty, reviewer, looked.digest, looked.check())
    failing = written(county_pack("aba", region="5132"))
    proof = proved(failing, [FAILURE])
    law = written(county_pack())
    proved(law, [])
    approval.propose(session, law, reviewer, seen=law.version, today=today())
    approval.approve(
        session, law, people["chief"], digest=law.digest, password=PASSWORD, today=today(), hasher=CHEAP
    )
    shipped = {
        "id": "tolerance.pilot",
        "version": "tolerance.pilot@2016-01-18",
        "pack": "tolerance",
        "line": 1,
    }
    report = {"properties": [DIRECTION | {"proved": False, "failures": [FAILURE | {"rules": [shipped]}]}]}
    whole = SimpleNamespace(
        proved=False, digests={}, vocabulary="", factors="", tables={}, as_json=lambda: report
    )
    digest = everything.prove_all(session, today())[0]
    of_all = everything.keep_proof_of_all(session, None, digest, [whole], "prove")
    waiting = written(county_pack("yaan", region="5118"))
    proved(waiting, [])
    approval.propose(session, waiting, reviewer, seen=waiting.version, today=today())
    return {
        "pack_faulty": faulty.id, "pack_failing": failing.id, "pack_proof": proof, "pack_law": law.id,
        "pack_waiting": waiting.id, "proof_of_all": of_all.id,
    }  # fmt: skip
