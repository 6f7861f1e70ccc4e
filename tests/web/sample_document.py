"""A hand-made assessment document in which every part of the page has something to show."""


def both(zh: str, en: str) -> dict:
    return {"zh": zh, "en": en}


def rule(status: str, article: str, zh: str, en: str, **more) -> dict:
    return {
        "version": "sample.rule@2019-09-01",
        "pack": "sample",
        "status": status,
        "provisional": status,
        "because": [],
        "missing": [],
        "confidence": "SEEN",
        "from": "2019-09-01",
        "to": None,
        "source": both("中国共产党问责条例（2019年修订）", "Regulation on accountability (2019 revision)"),
        "article": article,
        "explain": both(zh, en),
        **more,
    }


def document(**changes) -> dict:
    """The sample, with any part replaced."""
    rules = {
        "sample.pilot": rule(
            "fired",
            "第十七条第一款第一项",
            "改革中缺乏经验、先行先试出现的失误，可以不予问责或者免予问责。",
            "An error made for want of experience in a pilot reform may be left without accountability.",
            because=[
                {"fact": "lack_of_experience_pilot", "op": "is", "value": True, "found": True},
                {"finding": "gain.private", "op": "is", "value": False, "found": False},
            ],
        ),
        "sample.knowing": rule(
            "open",
            "第十九条第三项",
            "明令禁止后仍然违反的，从重或者加重问责。",
            "Acting against an express ban makes accountability heavier.",
            missing=["knew_of_prohibition"],
            because=[{"fact": "knew_of_prohibition", "op": "is", "value": True, "found": None}],
        ),
        "sample.loss": rule(
            "not_fired",
            "第七条",
            "造成重大损失的，应当予以问责。",
            "Heavy loss calls for accountability.",
            because=[
                {"fact": "direct_economic_loss_cny", "op": "at_least", "value": 1000000, "found": 120000}
            ],
        ),
        "sample.recalled": rule(
            "fired",
            "第二十条",
            "凭记忆录入的规则。",
            "A rule from memory.",
            confidence="RECALLED",
        ),
        "sample.collective": rule(
            "fired",
            "G7",
            "经集体研究决定。",
            "Decided collectively after discussion.",
            confidence="DESIGN",
            source=both("本系统方法", "Method of this system"),
            because=[
                {
                    "fact": "decision_mode",
                    "op": "in",
                    "value": ["collective_full"],
                    "found": "collective_full",
                }
            ],
        ),
    }
    found = {
        "format": "casebook-assessment/1",
        "disposition": "tolerate",
        "certainty": "provisional",
        "reachable": ["tolerate", "correct", "hold_accountable"],
        "headline": both(
            "建议容错：改革试点中的无意过失，未发现谋取私利。",
            "Tolerate (provisional): an unintentional error in a pilot reform, with no personal gain found.",
        ),
        "as_of": "2026-11-21",
        "conduct": {"from": "2020-02-20", "to": "2020-02-26"},
        "region": "350100",
        "facts": {"lack_of_experience_pilot": True, "purpose": "public", "direct_economic_loss_cny": 120000},
        "presumed": [
            {
                "fact": "private_gain_self",
                "value": False,
                "burden": "against",
                "reason": both("未经认定，不作不利推定。", "Not held against anyone until established."),
            },
        ],
        "unread": [{"fact": "malicious_collusion", "standing": "claimed"}],
        "packs": {
            "sample": {
                "title": both("样例规则包", "Sample pack"),
                "digest": "a" * 64,
                "regime": "party_accountability",
            }
        },
        "law": [
            {
                "role": "conduct",
                "date": "2020-02-26",
                "disposition": "tolerate",
                "governs": True,
                "differs": [],
            },
            {
                "role": "later",
                "date": "2026-11-21",
                "disposition": "tolerate",
                "governs": False,
                "differs": ["sample.loss"],
            },
        ],
        "law_notes": [{"code": "same", "text": both("新旧规定结论相同。", "Old and new law agree.")}],
        "gates": [
            {
                "id": "G0",
                "title": both("受理与管辖", "Scope and route"),
                "status": "passed",
                "rules": [],
                "text": both("属于本机关管辖。", "Within this organ's remit."),
            },
            {
                "id": "G3",
                "title": both("红线", "Red lines"),
                "status": "open",
                "rules": ["sample.knowing"],
                "text": both("是否明知尚未查明。", "Whether it was knowing is open."),
            },
            {
                "id": "G7",
                "title": both("容错", "Tolerance"),
                "status": "stops",
                "disposition": "tolerate",
                "rules": ["sample.pilot", "sample.collective"],
                "text": both("符合可容情形。", "A ground of tolerance is met."),
            },
        ],
        "ledger": [
            {
                "id": "T1",
                "formulation": "central",
                "verdict": "tolerable",
                "tolerable": both(
                    "缺乏经验、先行先试出现的失误和错误", "Errors from want of experience in pilots"
                ),
                "intolerable": both("明知故犯的违纪违法行为", "Knowing violations"),
                "for": ["sample.pilot", "sample.recalled"],
                "against": [],
                "open": ["sample.knowing"],
            },
            {
                "id": "S1",
                "formulation": "plain",
                "verdict": "open",
                "tolerable": both("过失", "Negligence"),
                "intolerable": both("故意", "Intent"),
                "for": [],
                "against": [],
                "open": ["sample.knowing"],
            },
        ],
        "factors": [
            {
                "id": "motive_attitude",
                "title": both("动机态度", "Motive and attitude"),
                "facts": [{"fact": "purpose", "value": "public"}],
                "for": [],
                "against": [],
                "unknown": ["knew_of_prohibition"],
            },
            {
                "id": "objective_conditions",
                "title": both("客观条件", "Objective conditions"),
                "facts": [{"fact": "lack_of_experience_pilot", "value": True}],
                "for": ["sample.pilot"],
                "against": [],
                "unknown": [],
            },
            {
                "id": "procedure_method",
                "title": both("程序方法", "Procedure and method"),
                "facts": [],
                "for": [],
                "against": [],
                "unknown": ["decision_mode"],
            },
            {
                "id": "nature_degree",
                "title": both("性质程度", "Nature and degree"),
                "facts": [],
                "for": [],
                "against": [],
                "unknown": [],
            },
            {
                "id": "consequences",
                "title": both("后果影响", "Consequences"),
                "facts": [{"fact": "direct_economic_loss_cny", "value": 120000}],
                "for": [],
                "against": [],
                "unknown": [],
            },
            {
                "id": "recovery",
                "title": both("挽回损失", "Recovery of loss"),
                "facts": [],
                "for": [],
                "against": [],
                "unknown": [],
            },
        ],
        "red_lines": [
            {
                "code": "N-01",
                "title": both("谋取私利", "Personal gain"),
                "status": "not_established",
                "rules": [],
            },
            {
                "code": "N-02",
                "title": both("明知故犯", "Knowing violation"),
                "status": "open",
                "rules": ["sample.knowing"],
            },
        ],
        "tolerances": [
            {
                "code": "T-01",
                "title": both("先行先试", "Early pilots"),
                "status": "established",
                "rules": ["sample.pilot"],
            },
        ],
        "gravity": {
            "derived": "light",
            "stated": "serious",
            "differs": True,
            "grounds": ["sample.collective"],
        },
        "mitigating": ["sample.pilot"],
        "aggravating": [],
        "outcomes": [
            {
                "regime": "party_accountability",
                "band": "exempt",
                "measure": "A0",
                "months": None,
                "title": both("免予问责", "Exempted from accountability"),
                "rule": "sample.pilot",
            },
            {
                "regime": "party_discipline",
                "band": "lighten",
                "measure": "P1",
                "months": 12,
                "title": both("警告", "Warning"),
                "rule": "sample.loss",
                "rules": ["sample.loss", "sample.knowing"],
                "force": "must",
            },
        ],
        "outcomes_open": [{"regime": "state_sanction", "missing": ["subject_category"]}],
        "corrections": [
            {"id": "R-01", "title": both("完善制度", "Mend the rule"), "rule": "sample.collective"}
        ],
        "refer": [
            {
                "code": "C-01",
                "title": both("两种表述不一致", "The formulations differ"),
                "rules": ["sample.knowing"],
                "question": both("是否构成明知？", "Was it knowing?"),
                "decisive": False,
            },
        ],
        "decisive_unknowns": [
            {
                "fact": "knew_of_prohibition",
                "changes": {"true": "hold_accountable", "false": "tolerate"},
                "narrows": True,
            },
            {"fact": "decision_mode", "changes": {"individual": "correct"}, "narrows": False},
        ],
        "flips": [{"fact": "lack_of_experience_pilot", "found": True, "to": False, "disposition": "correct"}],
        "why_not": [
            {
                "disposition": "hold_accountable",
                "gate": "G5",
                "text": both("没有成立的红线。", "No red line stands."),
                "rules": ["sample.knowing"],
            },
            {
                "disposition": "correct",
                "gate": "G8",
                "text": both("容错在先。", "Tolerance comes first."),
                "rules": [],
            },
        ],
        "rules": rules,
        "readers": {"record": "durable-rules 2.0.28", "check": "generated function", "agreed": True},
    }
    return {**found, **changes}
