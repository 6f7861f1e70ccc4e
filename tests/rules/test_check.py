"""The check of the packs: whatever would surprise an officer is said before anyone relies on it."""

from datetime import date

import pytest

from rules import check
from rules.check import boundary_days, check_example, check_packs, pack_faults, unexercised, unsaid
from rules.readers import ReadersDiffer

from .made import as_yaml, make_fact, make_library, make_pack, make_rule, make_step, make_words

WORDS = make_words(make_fact("a"), make_fact("b", presume=False), make_fact("c"))
A, B, C = ({"fact": fact_id, "is": True} for fact_id in "abc")
RULES = [
    make_rule("x.bar", B, {"finding": "bar"}),
    make_rule("x.one", A, {"step": "stop"}, unless=["bar"]),
    make_rule("x.late", {"finding": "disposition.tolerate", "is": True}, {"finding": "late"}),
    make_rule("x.noise", C, {"finding": "noise"}),
]
STEPS = [make_step("stop", "tolerate", 10)]


def example(facts, **promised):
    return {"name": "an example", "facts": facts, "on": "2026-01-01", **promised}


def faults(promised, rules=RULES, steps=STEPS):
    """The faults of one example, without the place where it stands."""
    library = make_library(WORDS, make_pack(rules, steps, examples=[promised]))
    pack = library.packs["made"]
    found = check_example(library, pack, pack.examples[0])
    assert all(fault.place == pack.examples[0].place and fault.expected for fault in found)
    return [fault.found.removeprefix("example 'an example': ") for fault in found]


@pytest.mark.parametrize(
    "promised",
    [
        example({"a": True, "b": False}, fires=["x.one", "x.late"], silent=["x.bar"], opens=["x.noise"]),
        example({"a": True}, opens=["x.one", "x.bar"], fires=["x.late"], disposition="tolerate"),
        example({"a": True}, fires=["x.one"], silent=["x.bar"], provisionally=True),
        example({"a": False}, silent=["x.one", "x.late"], disposition="refer"),
        example({"a": True, "b": True}, silent=["x.one"], fires=["x.bar"], disposition="refer"),
    ],
)
def test_an_example_that_comes_out_as_promised_has_no_fault(promised):
    assert faults(promised) == []


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (example({"a": True}, fires=["x.one"]), "x.one should fire, but is open"),
        (example({"a": True}, silent=["x.one"]), "x.one should stay silent, but is open"),
        (example({"a": False}, opens=["x.one"]), "x.one should stay open, but is false"),
        (example({"a": True}, opens=["x.one"], provisionally=True), "x.one should stay open, but is true"),
        (example({"a": True}, silent=["x.late"]), "x.late should stay silent, but is true"),
        (example({"a": True}, disposition="refer"), "disposition tolerate, not refer"),
    ],
)
def test_an_example_that_comes_out_otherwise_is_a_fault(promised, said):
    assert faults(promised) == [said]


def test_every_broken_promise_of_an_example_is_named():
    found = faults(example({"a": False}, fires=["x.one", "x.noise"], disposition="tolerate"))

    assert found == [
        "x.one should fire, but is false",
        "x.noise should fire, but is open",
        "disposition refer, not tolerate",
    ]


def test_a_rule_that_is_not_in_force_on_the_day_of_an_example_is_silent():
    rules = [make_rule("x.one", A, {"finding": "made"}, since="2026-01-02")]

    assert faults(example({"a": True}, fires=["x.one"]), rules, []) == ["x.one should fire, but is false"]
    assert faults(example({"a": True}, silent=["x.one"]), rules, []) == []


def test_readers_that_differ_over_an_example_are_told_with_the_rules_they_differ_over(monkeypatch):
    def differ(*_):
        raise ReadersDiffer(["x.one", "x.late"])

    monkeypatch.setattr(check, "readers_of", differ)
    library = make_library(WORDS, make_pack(RULES, STEPS, examples=[example({})]))
    pack = library.packs["made"]

    (fault,) = check_example(library, pack, pack.examples[0])

    assert "x.one, x.late" in fault.found
    assert "两个判读程序对 x.one、x.late 的结论不一致；请报告产品维护人员" in fault.message("zh")


def test_rules_that_cannot_be_read_are_told_once_however_many_examples_read_them(tmp_path):
    circle = [
        make_rule("x.one", {"finding": "two", "is": True}, {"finding": "one"}),
        make_rule("x.two", {"finding": "one", "is": True}, {"finding": "two"}),
    ]

    faults = written(
        tmp_path, make_pack(circle, examples=[example({"deaths": 0}), example({"deaths": 1})])
    ).faults

    assert [fault.found for fault in faults if "circle" in fault.found] == [
        "rules that read each other in a circle: x.one, x.two (law of 2026-01-01)"
    ]


def test_the_faults_of_one_pack_are_told_in_both_languages_where_they_stand():
    rules = [*RULES[:2], make_rule("x.off", C, {"finding": "off"}, enabled=False), RULES[3]]
    promised = [
        example({"a": False}, fires=["x.one", "x.bar"], silent=["x.noise"], disposition="tolerate"),
        example({"a": True}, opens=["x.bar"], silent=["x.one"]),
    ]
    other = make_pack([make_rule("y.two", A, {"finding": "z"})], name="second")
    library = make_library(WORDS, make_pack(rules, STEPS, examples=promised), other)

    found = pack_faults(library, "made")

    assert [one.found.removeprefix("example 'an example': ") for one in found] == [
        "x.one should fire, but is false",
        "x.bar should fire, but is open",
        "x.noise should stay silent, but is open",
        "disposition refer, not tolerate",
        "x.one should stay silent, but is open",
        "no example that fires x.noise",
    ]
    assert "x.one 应当适用，实际不适用" in found[0].message("zh")
    assert "缺少适用的示例" in found[-1].message("zh")
    assert all(one.place.file == "made.yaml" and one.expected for one in found)


def test_of_a_pack_too_large_for_the_engine_only_the_first_example_is_run():
    pairs = [{"all": [{"fact": f"{side}{n}", "is": True} for side in "vw"]} for n in range(9)]
    words = make_words(*(make_fact(f"{side}{n}") for side in "vw" for n in range(9)))
    examples = [example({"v0": True}, silent=["x.wide"])] * 3
    pack = make_pack([make_rule("x.wide", {"any": pairs}, {"finding": "made"})], examples=examples)

    wide, unfired = pack_faults(make_library(words, pack), "made")

    assert wide.found == "x.wide: 512 alternatives (law of 2026-01-01)"
    assert wide.place == make_library(words, pack).rule("x.wide").place
    assert "规则 x.wide 的条件展开后过于庞大；请把其中一部分" in wide.message("zh")
    assert unfired.found == "no example that fires x.wide"


def test_the_law_of_each_day_is_built_once_for_places_where_the_same_packs_are_law(monkeypatch):
    def local(name, *region):
        rule = make_rule(f"{name}.one", A, {"clause": ["exempt"]}, since="2026-01-02")
        examples = [example({"a": True}, fires=[f"{name}.one"], on="2026-01-03"),
                    example({"a": False}, silent=[f"{name}.one"], on="2026-01-03")]  # fmt: skip
        return make_pack(
            [rule], name=name, governed_by="conduct", region=list(region), titles={}, questions={}, gates={},
            examples=examples,
        )  # fmt: skip

    library = make_library(
        WORDS, local("here", "11", "12", "13", "1401"), local("there", "1401"), make_pack(RULES[3:])
    )
    asked = []
    built = type(library).program
    monkeypatch.setattr(
        type(library), "program", lambda self, day, *more: asked.append(more[1]) or built(self, day, *more)
    )

    assert pack_faults(library, "here") == []
    assert set(asked) == {"11", "1401"}


def test_a_pack_without_an_example_that_keeps_a_rule_silent_says_so():
    pack = make_pack(RULES[:1], examples=[example({"b": True}, fires=["x.bar"])])

    assert [one.found for one in pack_faults(make_library(WORDS, pack), "made")] == [
        "no example that keeps x.bar silent"
    ]


def test_a_pack_whose_rules_read_each_other_in_a_circle_is_told_on_which_day():
    circle = [
        make_rule("x.one", {"finding": "two", "is": True}, {"finding": "one"}, since="2026-01-02"),
        make_rule("x.two", {"finding": "one", "is": True}, {"finding": "two"}, since="2026-01-02"),
    ]

    (found,) = pack_faults(make_library(WORDS, make_pack(circle)), "made")

    assert found.found == "rules that read each other in a circle: x.one, x.two (law of 2026-01-02)"
    assert "按 2026-01-02 的规定无法判读" in found.message("zh")


def test_an_enabled_rule_needs_an_example_on_either_side_and_a_disabled_one_none():
    rules = [
        make_rule("x.one", A, {"finding": "one"}),
        make_rule("x.two", B, {"finding": "two"}),
        make_rule("x.three", C, {"finding": "three"}),
        make_rule("x.off", C, {"finding": "off"}, enabled=False),
    ]
    examples = [
        example({"a": True}, fires=["x.one"], opens=["x.two"]),
        example({"a": False}, silent=["x.one"]),
        example({"c": True}, fires=["x.three"]),
    ]

    found = unexercised(make_library(WORDS, make_pack(rules, examples=examples)))

    assert [fault.found for fault in found] == [
        "no example that fires x.two",
        "no example that keeps x.three silent",
    ]
    assert [fault.place.file for fault in found] == ["made.yaml", "made.yaml"]


def test_what_a_document_always_prints_must_be_worded_in_some_pack():
    pack = make_pack([make_rule("x.one", A, {"finding": "one"})])
    pack["titles"] = {name: text for name, text in pack["titles"].items() if name != "T2.tolerable"}
    pack["questions"] = {name: text for name, text in pack["questions"].items() if name != "C-12"}
    second = make_pack([make_rule("y.one", A, {"finding": "two"})], name="second")

    here = make_pack([make_rule("z.one", A, {"finding": "three"})], name="here") | {
        "titles": {},
        "questions": {},
    }

    alone, together = (list(unsaid(make_library(WORDS, *packs))) for packs in ([here, pack], [pack, second]))

    assert [one.found for one in alone] == [
        "no title of T2.tolerable in any pack",
        "no question C-12 in any pack",
    ]
    assert {one.place.file for one in alone} == {"made.yaml"}, "beside the others that are worded"
    assert (together, list(unsaid(make_library(WORDS)))) == ([], [])


def test_the_days_on_which_the_law_turns_are_looked_at_from_both_sides():
    rules = [
        make_rule("x.one", A, {"finding": "one"}, since="2020-03-01", until="2020-12-31"),
        make_rule("x.noise", C, {"finding": "noise"}),
    ]

    days = boundary_days(make_library(WORDS, make_pack(rules)))

    assert days == [
        *(date(2020, 2, 29), date(2020, 3, 1), date(2020, 3, 2)),
        *(date(2020, 12, 30), date(2020, 12, 31), date(2021, 1, 1)),
    ]


def written(tmp_path, pack):
    (tmp_path / f"{pack['pack']}.yaml").write_text(as_yaml(pack), encoding="utf-8")
    return check_packs(tmp_path)


KNOWN = {"fact": "deaths", "at_least": 1}
SEVERAL = {"fact": "deaths", "at_least": 3}


def test_a_folder_is_reported_with_what_was_read_and_every_fault(tmp_path):
    rules = [
        make_rule("x.one", KNOWN, {"finding": "one"}, since="2020-01-01"),
        make_rule("x.off", SEVERAL, {"finding": "off"}, enabled=False),
    ]
    sound = [example({"deaths": 1}, fires=["x.one"]), example({"deaths": 0}, silent=["x.one"])]

    report = written(tmp_path, make_pack(rules, examples=sound))
    assert (report.packs, report.rules, report.disabled, report.examples, report.days) == (1, 2, 1, 2, 3)
    assert report.faults == ()

    report = written(tmp_path, make_pack(rules, examples=[example({"deaths": 1}, silent=["x.one"])]))
    assert [fault.found.rpartition(": ")[2] for fault in report.faults] == [
        "x.one should stay silent, but is true",
        "no example that fires x.one",
    ]
    assert [fault.zh.rpartition("：")[2].partition("；")[0] for fault in report.faults] == [
        "x.one 应当不适用，实际适用",
        "规则 x.one 缺少适用的示例",
    ]


def test_rules_that_run_in_a_circle_for_some_days_only_are_found_by_the_days(tmp_path):
    rules = [
        make_rule("x.one", {"finding": "two", "is": True}, {"finding": "one"}, until="2020-12-31"),
        make_rule("x.two", {"finding": "one", "is": True}, {"finding": "two"}, since="2020-12-31"),
        make_rule("x.noise", KNOWN, {"finding": "noise"}),
    ]

    report = written(tmp_path, make_pack(rules))

    circle = "rules that read each other in a circle: x.one, x.two"
    assert [fault.found for fault in report.faults if circle in fault.found] == [
        f"{circle} (law of 2020-12-31)"
    ]
    assert report.faults[0].zh == (
        "按 2020-12-31 的规定无法判读：规则之间循环引用：x.one、x.two；请改写其中一条的条件，使其不再回到自身"
    )


def test_the_packs_of_one_folder_are_checked_against_each_other(tmp_path):
    assert written(tmp_path, make_pack([make_rule("x.one", KNOWN, {"finding": "one"})])).packs == 1

    report = written(tmp_path, make_pack([make_rule("x.one", KNOWN, {"finding": "two"})], name="second"))

    assert report.packs == 0
    assert report.faults == (report.faults[0],)
    assert "the rule 'x.one' of pack made" in report.faults[0].found


def test_the_packs_of_another_task_stand_in_a_folder_of_their_own_and_are_counted_with_them(tmp_path):
    sound = [example({"deaths": 1}, fires=["x.one"]), example({"deaths": 0}, silent=["x.one"])]
    rule = make_rule("x.one", KNOWN, {"finding": "one"})
    written(tmp_path, make_pack([rule], examples=sound))
    (tmp_path / "task").mkdir()

    report = written(tmp_path / "task", make_pack([rule], examples=sound[:1]))
    (silent,) = report.faults
    assert silent.found == "no example that keeps x.one silent"

    both_folders = check_packs(tmp_path)
    assert (both_folders.packs, both_folders.rules, both_folders.examples) == (2, 2, 3)
    assert [str(fault) for fault in both_folders.faults] == [str(silent)]


def test_a_task_need_not_word_what_only_a_disposition_prints(tmp_path):
    sound = [example({"deaths": 1}, fires=["x.one"]), example({"deaths": 0}, silent=["x.one"])]
    whole = make_pack([make_rule("x.one", KNOWN, {"finding": "one"})], examples=sound)
    bare = whole | {"titles": {}, "questions": {}}
    written(tmp_path, whole)
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "made.yaml").write_text(as_yaml(bare), encoding="utf-8")

    assert check_packs(tmp_path).faults == ()
    assert any("no title of" in fault.found for fault in check_packs(tmp_path / "task").faults)
