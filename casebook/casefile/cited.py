"""The precedents that a case cites, as they stand: what they say and what became of them, never whose case each was."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casebook.casefile.archive import Broken
from casebook.casefile.opened import OpenedFile
from casebook.db import json_sha256
from casebook.models import Precedent
from casebook.sealing import plain
from rules.factor import OUTCOMES

_SAYS = (
    "id", "code", "tier", "life", "body", "region", "sector", "title", "summary", "holding", "notes", "conduct",
    "decided_on", "effective_from", "effective_to", "outcome", "measure", "articles", "rules_sha256", "collective",
    "source_title", "source_sha256", "paragraphs",
)  # fmt: skip
_FACT = ("fact_id", "value", "state", "how", "evidence")
_ISSUE = ("issue", "outcome", "reasons", "rejected", "words")
_CHANGE = ("life", "on", "law")
# What the digest that a consultation keeps of each precedent covers, beside its articles, facts and findings.
_DIGESTED = (
    "code", "tier", "body", "title", "region", "decided_on", "collective", "outcome", "measure", "rules_sha256",
)  # fmt: skip
_SAME = ("body", "title", "region", "decided_on", "collective", "outcome", "measure", "rules_sha256")


def precedents_of(session: Session, rows: dict[str, list[dict]]) -> list[dict]:
    """Every precedent that a consultation of the case names or a decision departs from, by its code."""
    codes = {code for row in rows["consultations"] for code in row["content"]["cited"]}
    ids = {row["precedent_id"] for row in rows["precedent_departures"]}
    cited = (
        select(Precedent).where(Precedent.code.in_(codes) | Precedent.id.in_(ids)).order_by(Precedent.code)
    )
    parts = (
        selectinload(Precedent.facts),
        selectinload(Precedent.issues),
        selectinload(Precedent.history),
    )
    return [_row(one) for one in session.scalars(cited.options(*parts))]


def check_precedents(file: OpenedFile) -> int:
    """Those that are cited are here, as they were compared, and no others; returns how many. Raises Broken."""
    found = {row["code"]: row for row in file.table("precedents.json")}
    for row in file.table("precedents.json"):
        if set(row) != {*_SAYS, "facts", "issues", "history"} or any(
            set(part) != set(names)
            for key, names in (("facts", _FACT), ("issues", _ISSUE), ("history", _CHANGE))
            for part in row[key]
        ):
            raise _wrong(row.get("code"), "栏目不对", "has other columns")
    ids = {row["id"]: row["code"] for row in found.values()}
    cited = set()
    for kept in file.rows("consultations"):
        for code, one in kept["content"]["cited"].items():
            cited.add(code)
            _check_one(found.get(code), code, one)
        _check_proofs(kept["content"])
    for row in file.rows("precedent_departures"):
        if row["precedent_id"] not in ids:
            raise Broken(
                "precedents.json", f"缺少第 {row['id']} 号偏离所涉的先例",
                f"the precedent of departure {row['id']} is missing",
            )  # fmt: skip
        cited.add(ids[row["precedent_id"]])
    file.reading = "precedents.json"
    if more := sorted(found.keys() - cited):
        raise _wrong(more[0], "没有被本案援引", "is cited nowhere in the case")
    if len(found) != len(file.table("precedents.json")):
        raise Broken("precedents.json", "有先例重复", "one stands in it twice")
    return len(found)


def digest_of(row: dict) -> str:
    """The digest of a precedent that a consultation keeps of it, worked out from what is here."""
    said = {
        **{name: str(row[name]) for name in _DIGESTED},
        "articles": row["articles"],
        "facts": {one["fact_id"]: one["value"] for one in row["facts"] if one["state"] == "known"},
        "issues": {
            one["issue"]: [OUTCOMES.index(one["outcome"]), sorted(one["reasons"])] for one in row["issues"]
        },
    }
    return json_sha256(said)


def _row(one: Precedent) -> dict:
    return {
        **{name: plain(getattr(one, name)) for name in _SAYS},
        "facts": [{name: plain(getattr(fact, name)) for name in _FACT} for fact in one.facts],
        "issues": [{name: plain(getattr(issue, name)) for name in _ISSUE} for issue in one.issues],
        "history": [{name: plain(getattr(change, name)) for name in _CHANGE} for change in one.history],
    }


def _check_one(row: dict | None, code: str, cited: dict) -> None:
    """One precedent is here and says what it said when it was compared."""
    if row is None:
        raise _wrong(code, "被检索记录援引，但文件中没有", "is cited by a search, but it is not here")
    facts = {one["fact_id"]: one["value"] for one in row["facts"] if one["state"] == "known"}
    if any(row[name] != cited[name] for name in _SAME) or facts != cited["facts"]:
        raise _wrong(code, "与检索时不一致", "is not what it was when it was compared")
    if digest_of(row) != cited["digest"]:
        raise _wrong(code, "与检索记录所记校验值不符", "does not match the digest that the search kept")


def _check_proofs(content: dict) -> None:
    """Each precedent said to bind does, row by row: the case is as grave as it or graver, or the other way round."""
    for issue in content["issues"]:
        for one in [*issue["binding"], *issue["binding_if_decided"]]:
            for row in one["rows"]:
                if row["verdict"] != "holds" or not _holds(row, one["side"], content["factors"]):
                    raise _wrong(
                        one["code"], f"“{row['factor']}”一项不成立", f"does not bind on {row['factor']}"
                    )


def _holds(row: dict, side: str, factors: dict) -> bool:
    graver = factors[row["factor"]]["graver"]
    here, there = (_gravity(row[name], graver) for name in ("here", "there"))
    more, less = (here, there) if side == "below" else (there, here)
    ends = _ends(row, graver)
    if more is None or less is None:
        return more == ends[1] or less == ends[0]
    return more >= less


def _gravity(value: bool | float | None, graver: bool) -> float | None:
    return None if value is None else (float(value) if graver else -float(value))


def _ends(row: dict, graver: bool) -> tuple[object, object]:
    """The mildest and the gravest a factor can be; a dimension has no end."""
    if not any(isinstance(row[name], bool) for name in ("here", "there")):
        return object(), object()
    return (0.0, 1.0) if graver else (-1.0, 0.0)


def _wrong(code: object, zh: str, en: str) -> Broken:
    return Broken("precedents.json", f"先例 {code} {zh}", f"the precedent {code} {en}")
