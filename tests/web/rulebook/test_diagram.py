"""The decision structure of a pack, drawn and in words."""

import re

import pytest

from rules.library import library, shipped_packs
from tests.web.visitor import Visitor
from web.rulebook.layers import WIDTH, columns_of, drawn, wrapped


@pytest.fixture
def reader(client):
    return Visitor(client, "en")


def test_every_pack_is_drawn_and_told_in_words(reader):
    for name, pack in shipped_packs().items():
        reader.get(f"/rules/packs/{name}/diagram")

        assert reader.status == 200, name
        picture = reader.page.select_one("svg")
        assert (picture is not None) == any(rule.enabled for rule in pack.rules)
        if picture is not None:
            assert picture["role"] == "img"
            assert picture.title and picture.desc  # noqa: PT018
            assert len(picture.select("rect")) == len(picture.select("text"))


def test_the_chain_is_drawn_with_all_its_steps_in_their_order(reader):
    reader.get("/rules/packs/method/diagram")

    text = " ".join(reader.page.select_one("svg").stripped_strings)
    orders = [int(number) for number in re.findall(r"G\d+ · (\d+) ", text)]
    assert orders == sorted(step.order for step in library().steps)
    hint = reader.page.select_one(".cb-diagram__hint")
    assert "wider than the page" in hint.get_text()
    assert "cb-diagram__hint--narrow" not in hint["class"]  # it is wider than a desk: said at every width

    reader.get("/rules/packs/zhejiang/diagram")

    assert "cb-diagram__hint--narrow" in reader.page.select_one(".cb-diagram__hint")["class"]


def test_a_ground_of_tolerance_leads_to_the_finding_and_from_there_to_the_step(reader):
    reader.get("/rules/packs/tolerance/diagram")

    items = [item.get_text(" ", strip=True) for item in reader.page.select("main li")]
    ground = next(item for item in items if item.startswith("T-15"))
    assert ground.endswith("→ A ground for tolerance is present (1 rule)")
    found = next(item for item in items if item.startswith("A ground for tolerance is present"))
    assert "Tolerable" in found or "A ground for tolerance, and nothing that bars it" in found


def test_a_longer_way_puts_a_box_further_to_the_right():
    columns = columns_of(["a", "b", "c", "d"], [("a", "b"), ("b", "c"), ("a", "c")])

    assert columns == {"a": 0, "b": 1, "c": 2, "d": 0}


def test_boxes_of_a_column_do_not_overlap_and_lines_begin_and_end_at_boxes():
    labels = {name: ("finding", f"Finding {name} " * 6) for name in "abcdef"}
    edges = {
        ("a", "c"): "own",
        ("b", "c"): "own",
        ("c", "d"): "own",
        ("a", "d"): "own",
        ("e", "f"): "through",
    }
    sheet = drawn(labels, edges, columns_of(list(labels), edges))

    for one in sheet.boxes:
        for other in sheet.boxes:
            if one is not other and one.x == other.x:
                assert one.y + one.height < other.y or other.y + other.height < one.y
        assert one.x + WIDTH <= sheet.width
        assert one.y + one.height <= sheet.height
    middles = {(box.x, box.y + box.height // 2) for box in sheet.boxes}
    starts = {tuple(map(int, re.match(r"M(\d+) (\d+)", path).groups())) for path, _ in sheet.paths}
    assert starts & {(x + WIDTH, y) for x, y in middles}


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one():
    lines = wrapped("一二三四五六七八九十一二三，四五六七八九十一二三四五（六七八九十一二三四五六）七")

    assert len(lines) > 2
    assert all(line[0] not in "，）" and line[-1] != "（" for line in lines)


@pytest.mark.parametrize(
    "text",
    ["", "一二三四五六七八九十一二三四五六", "a " * 40, "verylongword" * 5, "中文 and English\n3 rules"],
)
def test_text_is_cut_without_losing_any(text):
    lines = wrapped(text)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
