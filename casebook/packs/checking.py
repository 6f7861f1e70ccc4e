"""What a pack of a site must be beyond what loads: law of a place, dated, nothing of it changed for days gone by."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from rules.check import pack_faults
from rules.conditions import Test, leaves
from rules.library import Library, shipped_packs
from rules.pack import Pack, PackError, Rule
from rules.pack_reader import parsed_name
from rules.yaml_source import shown

LONGEST = 200_000  # characters: the largest pack that is shipped has 140 000
MOST_RULES, MOST_EXAMPLES = 200, 500
MOST_PLACES, MOST_VALUES = 40, 40  # codes under region; values that one fact is compared with
_DAY = timedelta(days=1)
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")


def normal(text: str) -> str:
    """A text as it is kept, whichever way it was typed or uploaded: one kind of line end, and one at its end."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return text + "\n" if text else ""


def name_in(text: str, file: str) -> str:
    """The name a text gives its pack; raises PackError where it cannot be one of a site's pack."""
    name, place = parsed_name(text, file)
    if not isinstance(name, str) or not _NAME.match(name):
        raise PackError(
            place,
            "no 'pack'" if name is None else f"pack: {shown(name)}",
            "'pack:' with a short name of its own in small letters, as in 'pack: ganzi'",
            f"{'没有写 pack（规则包名称）' if name is None else f'pack（规则包名称）写的是 {shown(name)}'}；"
            "应写小写拉丁字母的短名称，如 pack: ganzi",
        )
    known = shipped_packs().get(name)
    if known is not None and not known.local:
        raise PackError(
            place,
            f"'{name}', a national pack of the product",
            "a pack of a place: national rules come with the product and are not changed on a site",
            f"“{name}”是产品自带的全国性规则包，本站不得修改；只能增加或者修订地方规则包",
        )
    return name


Stood = tuple[Pack, date]  # a text that was law, and the day from which it was so no more


def demands(
    pack: Pack, before: Pack | None, first_day: date, *, back: bool = False, stood: Iterable[Stood] = ()
) -> Iterator[PackError]:
    """What is wrong with a pack that loads, for a site and in the place of `before` from its first day on.

    A rollback takes back what a later version began: only for it may a rule of days gone by no longer stand. `stood`
    are all texts of this name that ever were law: what is cited as `id@from` says one thing for ever.
    """
    if not pack.local:
        yield PackError(
            pack.at("region"),
            "no 'region'" if not pack.region else f"region: {shown(list(pack.region))}",
            "the codes of the places where it is law; a site adds no national rules",
            f"{f'region 写的是 {shown(list(pack.region))}' if pack.region else '没有写 region（适用地区）'}；"
            "应写适用地区的区划代码，本站只能增加地方规则包，不得增加全国性规则",
        )
        return
    if len(pack.rules) > MOST_RULES or len(pack.examples) > MOST_EXAMPLES:
        yield PackError(
            pack.at("rules"),
            f"{len(pack.rules)} rules and {len(pack.examples)} examples",
            f"at most {MOST_RULES} rules and {MOST_EXAMPLES} examples; the rest is for another pack",
            f"有规则 {len(pack.rules)} 条、示例 {len(pack.examples)} 个；"
            f"最多 {MOST_RULES} 条、{MOST_EXAMPLES} 个，超出的另建规则包",
        )
    yield from _beyond_measure(pack)
    for rule in pack.rules:
        yield from _dated(pack, rule)
    if before is not None and not back:
        yield from _unchanged(pack, before, first_day)
    for earlier, until in stood:
        if earlier != before:
            yield from _not_another(pack, earlier, until)


def faults(
    packs: Library,
    name: str,
    before: Pack | None,
    first_day: date,
    *,
    back: bool,
    stood: Iterable[Stood] = (),
) -> list[PackError]:
    """Every fault of the pack in its company: what a site demands, then its examples and the law of its days."""
    wrong = list(demands(packs.packs[name], before, first_day, back=back, stood=stood))
    return wrong or pack_faults(packs, name)


def _beyond_measure(pack: Pack) -> Iterator[PackError]:
    """Refuse what no document asks for and would take all memory to look at: a proof goes through every pair."""
    if len(pack.region) > MOST_PLACES:
        yield PackError(
            pack.at("region"),
            f"{len(pack.region)} codes under 'region'",
            f"at most {MOST_PLACES}: the code of a whole province or city covers what lies in it",
            f"region 中有 {len(pack.region)} 个代码；最多 {MOST_PLACES} 个，省、市的代码已包括其下各地",
        )
    twice = [code for code, times in Counter(pack.region).items() if times > 1]
    if twice:
        yield PackError(
            pack.at("region"),
            f"the code {twice[0]} a second time under 'region'",
            "each code once",
            f"region 中的代码 {twice[0]} 写了两次；每个代码只写一次",
        )
    compared: dict[str, set] = {}
    for rule in pack.rules:
        for one in (leaf for leaf in leaves(rule.when) if isinstance(leaf, Test)):
            values = compared.setdefault(one.fact, set())
            if one.value not in values:
                values.add(one.value)
                if len(values) == MOST_VALUES + 1:
                    yield PackError(
                        rule.place,
                        f"'{one.fact}' compared with more than {MOST_VALUES} different values, with {rule.id}",
                        f"at most {MOST_VALUES} in one pack",
                        f"到规则 {rule.id} 为止，事实 {one.fact} 已在各条件中与超过 {MOST_VALUES} 个不同的值比较；"
                        f"一个规则包中最多 {MOST_VALUES} 个，请合并条件，或者改用 at_least、below 等比较",
                    )


def _dated(pack: Pack, rule: Rule) -> Iterator[PackError]:
    source = pack.sources[rule.instrument]
    if not rule.enabled:
        return
    if source.effective_from is None or rule.effective_from is None:
        yield PackError(
            rule.at("effective"),
            f"{rule.id} without a first day, or of an instrument without one",
            "the day on which the instrument commenced, under 'sources' and under 'effective'",
            f"规则 {rule.id} 或者其依据的文件没有写明施行日期；请在 sources 和 effective 中写明",
        )
    elif rule.effective_from < source.effective_from:
        yield PackError(
            rule.at("effective"),
            f"{rule.id} from {rule.effective_from}, before its source ({source.effective_from})",
            "a first day that is not before that of the instrument",
            f"规则 {rule.id} 自 {rule.effective_from} 起适用，早于所依据文件的施行日期 {source.effective_from}；"
            "不得早于依据施行",
        )


def _unchanged(pack: Pack, before: Pack, first_day: date) -> Iterator[PackError]:
    """Refuse what would change the law of days gone by: of a rule that has begun, only its end may be written."""
    stood = [rule for rule in before.rules if rule.enabled and (rule.effective_from or date.min) < first_day]
    if stood and pack.region != before.region:
        yield PackError(
            pack.at("region"),
            f"region {', '.join(pack.region)} where the version before has {', '.join(before.region)}",
            "the same places; write a pack of its own for another place",
            f"适用地区由 {'、'.join(before.region)} 改为 {'、'.join(pack.region)}；"
            "已施行的规则不得改变适用地区，其他地区请另建规则包",
        )
    now = {rule.version: rule for rule in pack.rules}
    for rule in stood:
        new = now.get(rule.version)
        ended = rule.effective_to is not None and rule.effective_to < first_day
        if new is None:
            yield PackError(
                pack.at("rules"),
                f"no {rule.version}, which is in force before {first_day}",
                "the rule as it was, with its last day under 'effective'",
                f"缺少 {rule.version}：该规则在 {first_day} 之前已经施行，不得删去；废止的，写明截止日期",
            )
        elif not _same(rule, new) or (ended and new.effective_to != rule.effective_to):
            yield PackError(
                new.place,
                f"{rule.version} changed, although it is in force before {first_day}",
                "the rule as it was; end it, and write a new version from the day of the change, "
                "or, to mend a mistake, a rule of another id that overrides it",
                f"{rule.version} 在 {first_day} 之前已经施行，不得改动；请写明其截止日期，自变动之日起另写新版本，"
                "或者（更正错误时）另写一条优先于（overrides）它的规则",
            )
        elif not ended and new.effective_to is not None and new.effective_to < first_day - _DAY:
            yield PackError(
                new.at("effective"),
                f"{rule.version} ended on {new.effective_to}, before this version begins ({first_day})",
                f"a last day that is not before {first_day - _DAY}: until then the rule was law, and what was "
                "done under it stays under it",
                f"{rule.version} 的截止日期 {new.effective_to} 早于本版施行前一日；该规则此前一直适用，"
                f"截止日期不得早于 {first_day - _DAY}，不得溯及既往",
            )


def _not_another(pack: Pack, earlier: Pack, until: date) -> Iterator[PackError]:
    """Refuse another rule under what an earlier text made law under the same id and the same first day."""
    known = {rule.version: rule for rule in earlier.rules if rule.enabled}
    for rule in pack.rules:
        old = known.get(rule.version)
        began = old is not None and (old.effective_from or date.min) < until
        if began and not (_same(old, rule) and pack.region == earlier.region):
            yield PackError(
                rule.place,
                f"{rule.version} says something else than when it was law (until {until - _DAY})",
                "the rule as it was, for the same places, or a rule with an id of its own: recommendations cite it",
                f"{rule.version} 与以前施行过的同一编号规则（施行至 {until - _DAY}）内容或者适用地区不同；"
                "已有处理建议引用该编号，应照原文写，或者另起编号",
            )


def _same(old: Rule, new: Rule) -> bool:
    """Whether a rule says what it said; its last day and when its text was last looked at are not compared."""
    alike = replace(new, effective_to=old.effective_to, checked=old.checked, confidence=old.confidence)
    return alike == old and new.effect == old.effect
