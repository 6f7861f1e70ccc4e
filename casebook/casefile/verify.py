"""Verifying a case file without any store: its frame, its parts, what its events seal, and the reasoning again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import yaml

from casebook import __version__
from casebook.casefile import checks
from casebook.casefile.archive import Broken, opened
from casebook.casefile.cited import check_precedents
from casebook.casefile.opened import OpenedFile
from casebook.casefile.readme import README
from casebook.db import canonical_json
from casebook.errors import Problem
from casebook.intake import BEIJING
from casebook.recommend import make_document
from rules.engine import ENGINE_NAME
from rules.library import Library, read_library
from rules.vocabulary import read_vocabulary

_DEEPEST = 100


@dataclass(frozen=True)
class Line:
    """One line of a verification. `ok` None: nothing is wrong, but the reader should know."""

    ok: bool | None
    text: Problem
    part: str = ""

    def message(self, lang: str) -> str:
        return self.text.message(lang)


def good(zh: str, en: str) -> Line:
    return Line(True, Problem(zh, en))


def note(zh: str, en: str) -> Line:
    return Line(None, Problem(zh, en))


def verify(path: Path, expect: str = "") -> Iterator[Line]:
    """Check a case file, line by line, up to the first part that does not match; that one comes last.

    `expect` is a root digest noted elsewhere. Raises NotACaseFile before the first line.
    """
    try:
        with opened(path) as archive:
            file = OpenedFile(archive)
            for check in (
                _frame,
                _root(expect),
                _parts,
                _log,
                _facts,
                _rows,
                _recommendations,
                _precedents,
                _files,
                _again,
            ):
                yield from _understood(file, check)
    except Broken as broken:
        yield Line(
            False,
            Problem(f"{broken.part}：{broken.problem.zh}", f"{broken.part}: {broken.problem.en}"),
            broken.part,
        )


def _understood(file: OpenedFile, check: Callable[[OpenedFile], Iterator[Line]]) -> Iterator[Line]:
    """Run a check; whatever it cannot make sense of is wrong with the part it was reading."""
    try:
        yield from check(file)
    except Broken:
        raise
    except Exception as error:  # the file may hold anything at all
        raise Broken(
            file.reading, f"内容无法理解（{type(error).__name__}）",
            f"its content makes no sense ({type(error).__name__})",
        ) from error  # fmt: skip


def _frame(file: OpenedFile) -> Iterator[Line]:
    manifest = file.manifest
    exported = datetime.fromisoformat(manifest["exported"]["at"]).astimezone(BEIJING)
    yield good(
        f"清单完整，案号 {manifest['case']}，导出时间 {exported:%Y-%m-%d %H:%M}（北京时间）",
        f"Manifest intact: case {manifest['case']}, exported {exported:%Y-%m-%d %H:%M} (Beijing time)",
    )
    if manifest["product"] != __version__:
        yield note(
            f"由产品版本 {manifest['product']} 导出，现为 {__version__}",
            f"Exported by version {manifest['product']} of the product; this is {__version__}",
        )


def _root(expect: str) -> Callable[[OpenedFile], Iterator[Line]]:
    def check(file: OpenedFile) -> Iterator[Line]:
        root = file.manifest["root"]
        if not expect:
            yield note(
                f"根校验值 {root}：请与另行记下的核对",
                f"Root digest {root}: compare it with one noted elsewhere",
            )
        elif expect.lower() != root:
            raise Broken("manifest.json", f"根校验值为 {root}，与给出的不同",
                         f"its root digest is {root}, not the one expected")  # fmt: skip
        else:
            yield Line(
                True, Problem(f"根校验值与给出的相同：{root}", f"The root digest is the one expected: {root}")
            )

    return check


def _parts(file: OpenedFile) -> Iterator[Line]:
    file.check_parts()
    file.archive.check_frame()
    file.check_kinds()
    count = len(file.manifest["parts"])
    if file.manifest["product"] == __version__ and file.text("README.txt") != README:
        raise Broken("README.txt", "与产品所附说明不同", "it is not the text that the product puts in")
    yield good(
        f"{count} 个部分齐全，校验值全部相符，没有多余内容",
        f"Parts: {count}, all here, none else, each with its digest",
    )


def _log(file: OpenedFile) -> Iterator[Line]:
    checks.check_log(file)
    count, head = len(file.log), file.manifest["head"]
    yield good(
        f"日志 {count} 条，哈希值相符（导出时全链 {head['count']} 条，链头 {head['hash']}）",
        f"Events: {count}, each with its hash (whole chain: {head['count']}, head {head['hash']})",
    )


def _facts(file: OpenedFile) -> Iterator[Line]:
    checks.check_facts(file)
    facts = file.table("facts.json")
    present, changes = len(facts["present"]), len(facts["changes"])
    yield good(
        f"事实 {present} 项、修改 {changes} 次，与日志相符",
        f"Facts: {present}, changes: {changes}, as the events sealed them",
    )


def _rows(file: OpenedFile) -> Iterator[Line]:
    checks.check_rows(file)
    count = sum(len(file.rows(table)) for table in checks.PROCEDURE)
    signed, withheld = len(file.table("signatures.json")), len(file.table("withheld.json"))
    yield good(
        f"办案记录 {count} 条、签署 {signed} 处，与日志所封相符",
        f"Records of the procedure: {count}, signatures: {signed}, as the events sealed them",
    )
    if withheld:
        yield note(
            f"有 {withheld} 条记录未随卷导出（保护举报人，或者尚未定稿，见 withheld.json）",
            f"Records that stayed behind, to protect whoever complained or because they are unfinished: {withheld}",
        )


def _recommendations(file: OpenedFile) -> Iterator[Line]:
    checks.check_recommendations(file)
    count = len(file.table("recommendations.json"))
    yield good(f"处理建议 {count} 份，与日志相符", f"Recommendations: {count}, as the events sealed them")


def _precedents(file: OpenedFile) -> Iterator[Line]:
    if count := check_precedents(file):
        searches, departures = len(file.rows("consultations")), len(file.rows("precedent_departures"))
        yield good(
            f"先例 {count} 件，与 {searches} 次类案检索和 {departures} 项偏离所引相符",
            f"Precedents: {count}, as {searches} searches and {departures} departures cite them",
        )


def _files(file: OpenedFile) -> Iterator[Line]:
    checks.check_files(file)
    attachments, papers = len(file.table("attachments.json")), len(file.rows("papers"))
    yield good(
        f"材料 {attachments} 份、文书 {papers} 份，内容与登记相符",
        f"Files: {attachments}, papers: {papers}, as they were kept",
    )


def _again(file: OpenedFile) -> Iterator[Line]:
    """Make every recommendation once more, from what the file holds, and compare the bytes."""
    kept = {
        event["detail"]["seq"]: event["detail"]
        for event in file.log
        if event["kind"] == "recommendation.made"
    }
    libraries: dict[str, Library] = {}
    for row in file.table("recommendations.json"):
        seq, name = row["seq"], f"recommendations/{row['seq']}.json"
        product = kept[seq].get("product")
        document = file.table(name)
        if row["rules"] is None:
            if product:  # versions that say which they are keep the texts as well
                raise Broken(
                    "recommendations.json",
                    f"第 {seq} 号的规则全文缺失",
                    f"the rules of number {seq} are missing",
                )
            yield note(
                f"第 {seq} 号处理建议早于规则全文存档，无法重算",
                f"Recommendation {seq} is older than the keeping of rules: not made again",
            )
            continue
        key = canonical_json(row["rules"])
        if key not in libraries:
            libraries[key] = _library(file, row["rules"])
        _named(document, row["rules"], libraries[key])
        entries = checks.entries_at(file, row["case_version"])
        fields = {
            fact_id: entries.pop(fact_id) for fact_id in list(entries) if fact_id.startswith(checks.FIELD)
        }
        file.reading = name
        again = make_document(
            entries, fields[checks.FIELD + "conduct"].value, fields[checks.FIELD + "region"].value,
            date.fromisoformat(document["as_of"]), file.manifest["case"], row["case_version"], libraries[key],
        )  # fmt: skip
        if canonical_json(again) != file.text(name):
            made, now = f"{product}, {document['readers']['record']}", f"{__version__}, {ENGINE_NAME}"
            raise Broken(
                name,
                f"按卷内规则和事实重算，结果不同（当时版本 {made}；现在 {now}）",
                f"made again from the rules and facts in here, it differs (then {made}; now {now})",
            )
        if (product, document["readers"]["record"]) != (__version__, ENGINE_NAME):
            yield note(
                f"第 {seq} 号处理建议由另一版本作出（{product}）",
                f"Recommendation {seq} was made by another version ({product})",
            )
        yield good(
            f"第 {seq} 号处理建议按卷内规则重算，逐字节相同",
            f"Recommendation {seq}, made again from the rules in here: the same bytes",
        )


def _library(file: OpenedFile, rules: dict) -> Library:
    words = read_vocabulary(_shallow(file, rules["vocabulary"]), "vocabulary.yaml")
    texts = {name: _shallow(file, digest) for name, digest in sorted(rules["packs"].items())}
    return read_library(texts, words)


def _shallow(file: OpenedFile, digest: str) -> str:
    """A text of rules whose nesting has an end: a stranger's could be so deep that composing it ends the process."""
    text, depth = file.text(f"rules/{digest}.yaml"), 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise Broken(f"rules/{digest}.yaml", "嵌套太深", "it is nested too deeply")
    return text


def _named(document: dict, rules: dict, library: Library) -> None:
    """The texts are those whose digests the document names."""
    named = {name: pack["digest"] for name, pack in document["packs"].items()}
    if named != {name: pack.digest for name, pack in library.packs.items()} or (
        document["vocabulary"]["digest"] != library.vocabulary.digest
    ):
        raise Broken(
            "recommendations.json",
            "所附规则不是处理建议所用的",
            "the rules in here are not those that were used",
        )
