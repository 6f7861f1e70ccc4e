"""What a reviewer answers, the six factors and the three distinctions of a recommendation, and when it is enough.

The form starts from the ledger. Every item is answered in a few words, neutral ones too; a reason for one side only
is not accepted where the ledger has grounds on both, nor silence on a side the reviewer departs from.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casebook.errors import Problem
from casebook.fields import text_problem
from rules.pack import DISPOSITIONS

VIEWS = {
    "tolerable": Problem("可容", "Speaks for tolerance"),
    "intolerable": Problem("不容", "Speaks against tolerance"),
    "mixed": Problem("两面都有理由", "Grounds on both sides"),
    "neutral": Problem("无偏向", "Neutral"),
    "open": Problem("尚不能判断", "Cannot be judged yet"),
}
CENTRAL = ("T1", "T2", "T3")
SHORTEST, LONGEST, LONGEST_REASON = 4, 1000, 4000
SAME_TEXT_AT_MOST = 2  # items that one sentence may serve
_SIDES = {"tolerable": {"for"}, "intolerable": {"against"}, "mixed": {"for", "against"}}
_EITHER = Problem(
    "请用几个字说明看法，“无偏向”的也要说明。", "Say why in a few words; a neutral view needs them too."
)
_TOO_SHORT = Problem(f"至少写 {SHORTEST} 个字。", f"Write at least {SHORTEST} characters.")
_SAME = Problem(
    "同一句话用在了多项上。请针对这一项分别写明理由。",
    "The same sentence stands at several items. Write what concerns this one.",
)
_CONFIRM = Problem(
    "退回后这一项的依据有变化。请重新核对并勾选“已重新核对”。",
    "What the ledger lists here has changed since your last review. Check it and tick the box.",
)


@dataclass(frozen=True)
class Item:
    """One factor or distinction with what the ledger of the recommendation says of it."""

    id: str
    title: Problem
    ledger: str  # a key of VIEWS
    grounds: Mapping  # rules for and against, what is open, the facts: what an answer was given on

    @property
    def is_distinction(self) -> bool:
        return self.id in CENTRAL


@dataclass(frozen=True)
class Answer:
    """What a reviewer typed for one item. `confirmed`: looked at again after the ledger changed."""

    view: str = ""
    words_for: str = ""
    words_against: str = ""
    confirmed: bool = False


def items_of(document: Mapping) -> list[Item]:
    """The nine items of an assessment document: the three distinctions of the central formulation, the six factors."""
    ledger = {entry["id"]: entry for entry in document["ledger"]}
    found = [_distinction(ledger[name]) for name in CENTRAL]
    return found + [_factor(entry) for entry in document["factors"]]


def _distinction(entry: Mapping) -> Item:
    title = Problem(
        f"{entry['tolerable']['zh']} ／ {entry['intolerable']['zh']}",
        f"{entry['tolerable']['en']} / {entry['intolerable']['en']}",
    )
    grounds = {"for": entry["for"], "against": entry["against"], "open": entry["open"]}
    return Item(entry["id"], title, entry["verdict"], grounds)


def _factor(entry: Mapping) -> Item:
    pulls = bool(entry["for"]), bool(entry["against"])
    nothing = "neutral" if entry["facts"] else "open"
    verdict = {(True, False): "tolerable", (False, True): "intolerable", (True, True): "mixed"}.get(
        pulls, nothing
    )
    grounds = {
        "for": entry["for"], "against": entry["against"], "open": entry["unknown"],
        "facts": {fact["fact"]: fact["value"] for fact in entry["facts"]},
    }  # fmt: skip
    return Item(entry["id"], Problem(entry["title"]["zh"], entry["title"]["en"]), verdict, grounds)


def draft_problems(items: Iterable[Item], answers: Mapping[str, Answer]) -> dict[str, Problem]:
    """What cannot even be kept as a draft, by field: unknown views, texts too long or with control characters."""
    errors: dict[str, Problem] = {}
    for item in items:
        answer = answers.get(item.id, Answer())
        if answer.view and answer.view not in VIEWS:
            errors[f"view-{item.id}"] = Problem("请从所列看法中选择。", "Choose one of the listed views.")
        for side, words in (("for", answer.words_for), ("against", answer.words_against)):
            if problem := text_problem(words, LONGEST):
                errors[f"{side}-{item.id}"] = problem
    return errors


def answer_problems(
    items: Iterable[Item], answers: Mapping[str, Answer], unconfirmed: Iterable[str] = ()
) -> dict[str, Problem]:
    """Everything that still keeps the answers from being a whole review, by field."""
    items = list(items)
    errors = draft_problems(items, answers)
    shared = _shared_texts(items, answers)
    for item in items:
        answer = answers.get(item.id, Answer())
        if not answer.view:
            errors.setdefault(
                f"view-{item.id}",
                Problem("请确认或者更正台账的判断。", "Confirm the ledger's verdict or correct it."),
            )
        found = _words_problems(item, answer, shared)
        errors |= {field: problem for field, problem in found.items() if field not in errors}
        if item.id in set(unconfirmed):
            errors[f"confirm-{item.id}"] = _CONFIRM
    return errors


def wanted_sides(item: Item, view: str) -> set[str]:
    """The sides on which words are wanted, "for" and "against"; empty: a few words on either."""
    sides = set(_SIDES.get(view, ()))
    if item.grounds["for"] and item.grounds["against"]:
        sides |= {"for", "against"}
    if view and view != item.ledger:
        sides |= _SIDES.get(item.ledger, set())
    return sides


def _words_problems(item: Item, answer: Answer, shared: set[str]) -> dict[str, Problem]:
    typed = {"for": answer.words_for, "against": answer.words_against}
    sides = wanted_sides(item, answer.view)
    errors: dict[str, Problem] = {}
    for side in ("for", "against"):
        core = _core(typed[side])
        if side in sides and not core:
            errors[f"{side}-{item.id}"] = _missing(item, answer.view, side)
        elif typed[side].strip() and len(core) < SHORTEST:
            errors[f"{side}-{item.id}"] = _TOO_SHORT
        elif core and core in shared:
            errors[f"{side}-{item.id}"] = _SAME
    if not sides and not any(map(_core, typed.values())):
        errors[f"for-{item.id}"] = _EITHER
    if _core(typed["for"]) and _core(typed["for"]) == _core(typed["against"]):
        errors[f"against-{item.id}"] = Problem(
            "两面的理由不能是同一句话。", "The reasons for the two sides cannot be the same sentence."
        )
    return errors


def _missing(item: Item, view: str, side: str) -> Problem:
    other = ("可容", "for tolerance") if side == "for" else ("不容", "against tolerance")
    if item.grounds["for"] and item.grounds["against"]:
        return Problem(
            f"台账两面都有依据，只说一面不行。请写明{other[0]}一面的理由。",
            f"The ledger has grounds on both sides, so a reason for one is not enough. Say what speaks {other[1]}.",
        )
    if view not in ("", item.ledger) and side in _SIDES.get(item.ledger, ()):
        return Problem(
            f"您的看法与台账不同。请写明为什么台账所列{other[0]}的依据不足以成立。",
            f"Your view departs from the ledger. Say why what it lists {other[1]} does not carry.",
        )
    return Problem(f"请写明{other[0]}的理由。", f"Say what speaks {other[1]}.")


def _shared_texts(items: list[Item], answers: Mapping[str, Answer]) -> set[str]:
    """Sentences that stand at more items than one sentence can serve, however punctuated or numbered."""
    counts: Counter = Counter()
    for item in items:
        answer = answers.get(item.id, Answer())
        counts.update({_core(answer.words_for), _core(answer.words_against)} - {""})
    return {text for text, count in counts.items() if count > SAME_TEXT_AT_MOST}


def _core(text: str) -> str:
    """The letters of a text: without digits, punctuation, spaces, width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if unicodedata.category(character)[0] == "L")


def opinion_problems(disposition: str, reason: str) -> dict[str, Problem]:
    """What a whole review lacks beside its items: the disposition proposed, and why."""
    errors: dict[str, Problem] = {}
    if disposition not in DISPOSITIONS:
        errors["disposition"] = Problem("请选择您的处理意见。", "Choose the disposition you propose.")
    if problem := text_problem(reason, LONGEST_REASON, required=True):
        errors["reason"] = problem
    elif len(_core(reason)) < SHORTEST:
        errors["reason"] = _TOO_SHORT
    return errors
