"""What the events of a case say of all else in its file. Each check raises Broken at the first thing that differs."""

from datetime import datetime
from hashlib import sha256
from types import SimpleNamespace

from casebook.casefile.archive import Broken
from casebook.casefile.contents import COLUMNS, PROCEDURE, WITHHELD
from casebook.casefile.opened import OpenedFile
from casebook.casefile.signatures import signatures
from casebook.changes import FIELD, FactEntry, digest
from casebook.events import hash_of
from casebook.models import Stage
from casebook.procedure.signature import decision_digest
from casebook.sealing import digest_of

_CHANGING = ("case.opened", "case.amended", "facts.saved")
_FINISHING = {
    "reviews": (("review.passed", "review.returned", "second_review.submitted"), "review"),
    "decisions": (("decision.signed",), "decision"),
}
_FIELDS = ("title", "summary", "conduct", "region")


def check_log(file: OpenedFile) -> None:
    """Each event has the content its hash says, stands in order, and is linked where its neighbour is here too."""
    case_id, head = file.table("case.json")["case"]["id"], file.manifest["head"]
    before = None
    for event in file.log:
        content = {key: value for key, value in event.items() if key != "hash"}
        if hash_of(content) != event["hash"]:
            raise _at_event(event, "内容与其哈希值不符", "its content does not match its hash")
        if before and event["seq"] <= before["seq"]:
            raise _at_event(event, "次序不对", "it is out of order")
        if before and event["seq"] == before["seq"] + 1 and event["previous"] != before["hash"]:
            raise _at_event(event, "没有连到上一条", "it is not linked to the event before")
        if event["case"] not in (case_id, None):
            raise _at_event(event, "属于另一件案件", "it belongs to another case")
        before = event
    if before is None or before["seq"] > head["count"]:
        raise Broken("events.json", "超出导出时的条数", "it goes beyond the number of events at the export")
    if before["seq"] == head["count"] and before["hash"] != head["hash"]:
        raise _at_event(before, "与链头不符", "it differs from the head of the chain")


def check_facts(file: OpenedFile) -> None:
    """Changes against the digests in their events; what stands now against the last change of each fact."""
    _same_columns(file, "facts.json", "fact_changes", file.table("facts.json")["changes"])
    _same_columns(file, "facts.json", "case_facts", file.table("facts.json")["present"])
    _same_columns(file, "case.json", "respondents", file.table("case.json")["respondents"])
    file.table("facts.json")
    changes: dict[int, list[dict]] = {}
    for change in file.table("facts.json")["changes"]:
        changes.setdefault(change["event_seq"], []).append(change)
    for event in _events(file, *_CHANGING):
        kept = changes.pop(event["seq"], [])
        if digest(map(_as_change, kept)) != event["detail"]["digest"]:
            raise _differs("facts.json", event, "事实修改", "the changes of facts")
    if changes:
        raise Broken("facts.json", "有修改不在日志中", "it has changes that no event knows")
    last: dict[str, dict] = {}
    for change in file.table("facts.json")["changes"]:
        last[change["fact_id"]] = change
    present = {row["fact_id"]: row for row in file.table("facts.json")["present"]}
    recorded = {fact_id: change for fact_id, change in last.items() if not fact_id.startswith(FIELD)}
    for fact_id in sorted(present.keys() | recorded.keys()):
        if (
            fact_id not in present
            or fact_id not in recorded
            or not _stands(present[fact_id], recorded[fact_id])
        ):
            raise Broken("facts.json", f"事实 {fact_id} 与其最后一次修改不符",
                         f"the fact {fact_id} is not what its last change made it")  # fmt: skip
    _check_case(file, {fact_id: change["new_value"] for fact_id, change in last.items()})


def _check_case(file: OpenedFile, last: dict[str, object]) -> None:
    about = file.table("case.json")
    case, respondent = about["case"], about["respondents"][0]
    opened = _events(file, "case.opened")[0]
    stages = [event["detail"]["stage"] for event in file.log if "stage" in event["detail"]]
    officers = [event["detail"]["officer"] for event in _events(file, "case.handed_over")]
    found = {
        "id": opened["case"], "number": opened["detail"]["number"],
        "organisation_id": opened["detail"]["organisation"], "officer_id": [opened["by"], *officers][-1],
        "stage": [str(Stage.INTAKE), *stages][-1],
        "version": max(change["case_version"] for change in file.table("facts.json")["changes"]),
        **{field: last.get(FIELD + field) for field in _FIELDS},
    }  # fmt: skip
    file.table("case.json")
    for field in COLUMNS["cases"]:
        if case[field] != found[field]:
            raise Broken("case.json", f"{field} 与日志不符", f"{field} is not what the events say")
    if file.manifest["case"] != case["number"]:
        raise Broken("case.json", "案号与清单不符", "its number is not the one in the manifest")
    for field in ("name", "post", "unit"):
        if respondent[field] != last.get(f"{FIELD}respondent_{field}"):
            raise Broken("case.json", "当事人与日志不符", "the respondent is not what the events say")


def check_rows(file: OpenedFile) -> None:
    """Every row of the procedure has the seal of the last event that wrote it, and every seal its row."""
    seals = {
        (table, row_id): (event, seal)
        for event in file.log
        for table, row_id, seal in event["detail"].get("rows", ())
        if table in PROCEDURE
    }
    withheld = {(table, row_id) for table, row_id in file.table("withheld.json")}
    for table in PROCEDURE:
        name = f"procedure/{table}.json"
        rows = file.rows(table)
        _same_columns(file, name, table, rows)
        for row in rows:
            event, seal = seals.pop((table, row["id"]), (None, ""))
            if event is None:
                raise Broken(
                    name, f"第 {row['id']} 号记录不在日志中", f"no event knows the record {row['id']}"
                )
            if digest_of(row) != seal:
                raise _differs(name, event, f"第 {row['id']} 号记录", f"the record {row['id']}")
    own = file.table("case.json")["case"]["id"]
    for (table, row_id), (event, _) in seals.items():
        if event["case"] == own and ((table, row_id) not in withheld or not _may_stay(file, table, row_id)):
            raise Broken(f"procedure/{table}.json", f"缺少第 {row_id} 号记录（日志第 {event['seq']} 条写入）",
                         f"the record {row_id}, written by event {event['seq']}, is missing")  # fmt: skip
    if file.table("signatures.json") != signatures({t: file.rows(t) for t in PROCEDURE}, file.log):
        raise Broken("signatures.json", "与记录和日志不符", "it is not what the records and the events say")
    for row in file.rows("decisions"):
        if row["signed_at"] and decision_digest(_decision(file, row)) != row["signature"]:
            raise Broken(
                "procedure/decisions.json", f"第 {row['seq']} 号决定不是签署时的内容",
                f"decision {row['seq']} is not what was signed",
            )  # fmt: skip


def _may_stay(file: OpenedFile, table: str, row_id: int) -> bool:
    """Whether a row said to be withheld can be one: what the log says was finished has to be in the file."""
    if table in ("reviews", "decisions"):
        kinds, name = _FINISHING[table]
        return not any(event["detail"].get(name) == row_id for event in _events(file, *kinds))
    if table == "votes":
        return any(row["closed_at"] is None for row in file.rows("meetings"))
    return table in WITHHELD


def _decision(file: OpenedFile, row: dict) -> SimpleNamespace:
    """A decision with what its signature covers beside it."""
    votes = [
        SimpleNamespace(**vote) for vote in file.rows("votes") if vote["meeting_id"] == row["meeting_id"]
    ]
    measures = [one for one in file.rows("imposed_measures") if one["decision_id"] == row["id"]]
    departures = [one for one in file.rows("precedent_departures") if one["decision_id"] == row["id"]]
    made_on = [one for one in file.table("recommendations.json") if one["id"] == row["recommendation_id"]]
    return SimpleNamespace(
        **row,
        case=SimpleNamespace(number=file.manifest["case"]),
        meeting=SimpleNamespace(votes=votes) if row["meeting_id"] else None,
        measures=[SimpleNamespace(**one) for one in measures],
        precedent_departures=[SimpleNamespace(**one) for one in departures],
        recommendation=SimpleNamespace(sha256=made_on[0]["sha256"]),
    )


def check_recommendations(file: OpenedFile) -> None:
    """Every recommendation is the one its event sealed."""
    rows = {row["seq"]: row for row in file.table("recommendations.json")}
    for event in _events(file, "recommendation.made"):
        detail = event["detail"]
        row = rows.pop(detail["seq"], None)
        if row is None:
            raise Broken("recommendations.json", f"缺少第 {detail['seq']} 号处理建议",
                         f"recommendation {detail['seq']} is missing")  # fmt: skip
        name = f"recommendations/{detail['seq']}.json"
        if sha256(file.text(name).encode()).hexdigest() != detail["sha256"]:
            raise _differs(name, event, "处理建议", "the recommendation")
        document = file.table(name)
        found = (
            row["sha256"],
            row["disposition"],
            row["certainty"],
            row["case_version"],
            row["created_by_id"],
        )
        sealed = (*(detail[key] for key in ("sha256", "disposition", "certainty", "version")), event["by"])
        said = (document["disposition"], document["certainty"], document["case"]["version"])
        if found != sealed or said != found[1:4]:
            raise _differs("recommendations.json", event, f"第 {row['seq']} 号", f"number {row['seq']}")
    if rows:
        raise Broken("recommendations.json", "有处理建议不在日志中", "it has one that no event knows")


def check_files(file: OpenedFile) -> None:
    """Attachments are those the events added; the bytes of attachments and papers are those their records name."""
    rows = {row["id"]: row for row in file.table("attachments.json")}
    _same_columns(file, "attachments.json", "attachments", list(rows.values()))
    withheld = {row_id for table, row_id in file.table("withheld.json") if table == "attachments"}
    file.table("attachments.json")
    for event in _events(file, "attachment.added"):
        stays = WITHHELD["attachments"](SimpleNamespace(fact_id=event["detail"]["fact"]))
        if stays and event["detail"]["attachment"] in withheld:
            continue
        row = rows.pop(event["detail"]["attachment"], {})
        found = [row.get(key) for key in ("case_id", "by_id", "fact_id", "sha256", "size")]
        if found != [
            event["case"],
            event["by"],
            *(event["detail"][key] for key in ("fact", "sha256", "size")),
        ]:
            raise _differs("attachments.json", event, "材料", "the file")
    if rows:
        raise Broken("attachments.json", "有材料不在日志中", "it has a file that no event knows")
    digests = {one["name"]: one["sha256"] for one in file.manifest["parts"]}
    for name, wanted in file.wanted_files.items():
        if digests.get(name) != wanted:
            raise Broken(name, "与其登记的校验值不符", "it is not the file its record names")


def entries_at(file: OpenedFile, version: int) -> dict[str, FactEntry]:
    """Every fact and field as it stood at a version of the case."""
    return {
        change["fact_id"]: FactEntry(
            change["new_value"], change["new_standing"], change["new_evidence"], change["new_note"]
        )
        for change in file.table("facts.json")["changes"]
        if change["case_version"] <= version
    }


def _events(file: OpenedFile, *kinds: str) -> list[dict]:
    return [event for event in file.log if event["kind"] in kinds]


def _same_columns(file: OpenedFile, name: str, table: str, rows: list[dict]) -> None:
    """No column more and none less than a case file carries; the case's own number in each row that has one."""
    own = file.table("case.json")["case"]["id"]
    file.reading = name
    for row in rows:
        if set(row) != set(COLUMNS[table]) or row.get("case_id", own) != own:
            raise Broken(
                name, f"第 {row.get('id')} 号记录的栏目不对", f"the record {row.get('id')} has other columns"
            )


def _as_change(row: dict) -> SimpleNamespace:
    return SimpleNamespace(**{**row, "at": datetime.fromisoformat(row["at"])})


def _stands(row: dict, change: dict) -> bool:
    new = [change[key] for key in ("new_value", "new_standing", "new_evidence", "new_note", "by_id", "at")]
    return new == [
        row[key] for key in ("value", "standing", "evidence", "note", "updated_by_id", "updated_at")
    ]


def _at_event(event: dict, zh: str, en: str) -> Broken:
    return Broken("events.json", f"第 {event['seq']} 条：{zh}", f"event {event['seq']}: {en}")


def _differs(part: str, event: dict, zh: str, en: str) -> Broken:
    return Broken(
        part, f"{zh}与日志第 {event['seq']} 条所记校验值不符",
        f"{en} does not match what event {event['seq']} sealed",
    )  # fmt: skip
