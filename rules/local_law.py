"""What an assessment says of the law of the place: which clauses were looked at, which applied, which not and why."""

from datetime import date

from rules import phrases
from rules.conduct import Conduct
from rules.law import World
from rules.library import Library
from rules.pack import CLAUSES, Pack, Rule
from rules.places import holds_at

_STATUS = {True: "applies", False: "does_not_apply", None: "open"}


def with_local_law(
    document: dict, packs: Library, place: str, world: World, conduct: Conduct, as_of: date
) -> dict:
    """The document with what is to be said of the law of the place; as it is where no law of any place is loaded."""
    if not packs.local:
        return document
    local = local_law(packs, place, world, conduct, as_of)
    return document | {"local": local, "law_notes": [*document["law_notes"], *local_notes(local)]}


def local_law(packs: Library, place: str, world: World, conduct: Conduct, as_of: date) -> dict:
    """The packs that hold at the place, each with its clauses, and those that could not be read, with the reason.

    `place` is "" where it is not stated: nothing local was then considered.
    """
    local = sorted((pack for pack in packs.packs.values() if pack.local), key=lambda pack: pack.name)
    here = packs_at(packs, place)
    status = "considered" if here else "none_configured" if place else "place_unknown"
    within = [pack for pack in local if place and pack not in here and _inside(pack, place)]
    return {
        "place": place or None,
        "status": status,
        "text": phrases.LOCAL[status],
        "packs": [_of_pack(pack, world, conduct, as_of) for pack in here],
        "not_considered": [
            {"pack": pack.name, "title": pack.title.as_json()} for pack in (within if place else local)
        ],
    }


def packs_at(packs: Library, place: str) -> list[Pack]:
    """The local packs that hold at a place, by name; none where it is not stated."""
    found = [pack for pack in packs.packs.values() if place and pack.local and holds_at(pack, place)]
    return sorted(found, key=lambda pack: pack.name)


def local_notes(local: dict) -> list[dict]:
    """What the answer says beside the law that governs, in the form of its other notes."""
    notes = []
    if local["status"] != "considered":
        notes.append({"code": local["status"], "text": local["text"]})
    elif local["not_considered"]:
        notes.append({"code": "place_wide", "text": phrases.PLACE_WIDE})
    return notes


def _inside(pack: Pack, place: str) -> bool:
    return any(region.startswith(place) for region in pack.region)


def _of_pack(pack: Pack, world: World, conduct: Conduct, as_of: date) -> dict:
    found = {
        "pack": pack.name,
        "title": pack.title.as_json(),
        "region": list(pack.region),
        "clauses": [],
        "not_read": [],
    }
    first, last = conduct.ends[0], min(conduct.ends[1] or as_of, as_of)
    for rule in pack.rules:
        said = {
            "rule": rule.id,
            "version": rule.version,
            "instrument": rule.instrument,
            "source": pack.sources[rule.instrument].title.as_json(),
            "article": rule.article,
            "confidence": rule.confidence,
            "explain": rule.explain.as_json(),
            "force": rule.force,
            "gives": [one for one in CLAUSES if f"clause.{one}" in rule.establishes],
        }
        node = world.program.nodes.get(rule.id)
        if node is not None and node.rule is rule:
            strict = world.established.rules[rule.id]
            read = world.provisional.rules[rule.id]
            found["clauses"].append(said | {"status": _STATUS[read], "certain": strict is not None})
        else:
            why = _why_not(rule, first, last)
            found["not_read"].append(said | {"why": why, "text": phrases.NOT_READ[why]})
    for item in pack.unruled:
        found["not_read"].append(
            {
                "rule": None,
                "instrument": item.instrument,
                "source": pack.sources[item.instrument].title.as_json(),
                "article": item.article,
                "confidence": item.confidence,
                "explain": item.why.as_json(),
                "why": "no_rule",
                "text": phrases.NOT_READ["no_rule"],
            }
        )
    return found


def _why_not(rule: Rule, first: date | None, last: date) -> str:
    if not rule.enabled:
        return "disabled"
    if rule.effective_from and last < rule.effective_from:
        return "not_yet"
    if rule.effective_to and first is not None and rule.effective_to < first:
        return "ended"
    return "other_day"
