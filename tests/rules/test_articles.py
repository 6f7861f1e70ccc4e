"""Articles of law are cited in the reader's language."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.articles import article_order, article_words, chinese_number
from rules.channels import channels
from rules.corrections import table
from rules.factors import book
from rules.library import TASKS, library, task_library
from rules.limits import limits
from rules.measures import ladder

CITED = {
    "第六条": "art. 6",
    "第十七条第一款第三项": "art. 17(1)(3)",
    "第十三条第一项": "art. 13(1)(1)",
    "第三百九十七条": "art. 397",
    "第三十三条、第三十四条": "art. 33, art. 34",
    "第一个区分；《中国共产党问责条例》第十七条第一款第一项": "distinction 1; Regulation on Party accountability art. 17(1)(1)",
    "组织人事部门问答第四十四问": "personnel departments’ answers, question 44",
    "第十四条至第十八条": "art. 14 to art. 18",
    "推理设计第七节": "section 7 of the design",
    "容错的条件（政策界限）": "conditions of tolerance (limits of policy)",
    "§5.3、推理设计第七节（故意与责任）": "§5.3, section 7 of the design (intent and responsibility)",
    "§8 一律提交、§5.2 N-08": "§8 always referred, §5.2 N-08",
    "§4.2 S5；《中国共产党纪律处分条例》（2018年）第二十条": "§4.2 S5; Regulation on Party disciplinary action (2018) art. 20",
    "《关于诫勉谈话和函询的暂行办法》第三条（独断专行）": "《关于诫勉谈话和函询的暂行办法》 art. 3 (arbitrary decisions)",
    "第五条第三项、第七项、第八项": "art. 5(1)(3), (7), (8)",
    "§4.4 第一项、§5.2 N-01": "§4.4 item 1, §5.2 N-01",
    "§8 C-28": "§8 C-28",
    "政务处分法第五十七条第一项": "Law on Administrative Discipline, art. 57(1)(1)",
    "处理阶梯 0c": "ladder of outcomes, step 0c",
    "未列的写法": "未列的写法",
}


@pytest.mark.parametrize(("article", "words"), CITED.items(), ids=CITED)
def test_an_article_is_cited_by_number_in_english_and_as_written_in_chinese(article, words):
    assert article_words(article, "en") == words
    assert article_words(article, "zh") == article


def test_no_numbered_article_of_the_shipped_packs_stays_chinese_in_english():
    articles = {rule.article for pack in library().packs.values() for rule in pack.rules}
    numbered = {
        a for a in articles if re.fullmatch(r"(第[一二三四五六七八九十百零]+[条款项]|[、至和；])+", a)
    }

    assert len(numbered) > 50
    assert [a for a in numbered if re.search(r"[\u4e00-\u9fff]", article_words(a, "en"))] == []


def test_articles_stand_in_the_order_of_their_numbers_and_words_before_them():
    told = ["第一百零二条", "第十七条第二款", "第九条", "负面清单", "第十七条第一款第三项", "第十七条"]

    assert sorted(told, key=article_order) == [
        "负面清单", "第九条", "第十七条", "第十七条第一款第三项", "第十七条第二款", "第一百零二条",
    ]  # fmt: skip


@given(st.integers(1, 999))
def test_every_number_below_a_thousand_is_read_back(number):
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = digits[hundreds] + "百" if hundreds else ""
    text += digits[tens] + "十" if tens else "零" if hundreds and ones else ""
    text += digits[ones] if ones else ""

    assert chinese_number(text) == number
    if text.startswith("一十"):
        assert chinese_number(text[1:]) == number


def test_no_shipped_rule_names_its_place_in_chinese_on_an_english_page():
    packs = [
        *library().packs.values(),
        *(pack for task in TASKS for pack in task_library(task).packs.values()),
    ]
    said = {article_words(rule.article, "en") for pack in packs for rule in pack.rules}
    said |= {article_words(row.article, "en") for pack in packs for row in pack.unruled}

    assert [one for one in said if chinese(one)] == []


def test_no_table_names_a_place_in_chinese_on_an_english_page():
    rows = ladder()
    provisions = [one.provision for versions in rows.versions.values() for one in versions]
    provisions += [one.provision for one in (*rows.barred, *rows.combining.values())]
    provisions += [one for factor in book().factors.values() for one in factor.provisions]
    provisions += [one.provision for factor in book().factors.values() for one in factor.thresholds]
    said = {one.cite.en for one in provisions}
    said |= {limits().cite(limit, "en") for limit in limits().limits}
    said |= {channel.cited_en for channel in channels().channels.values()}
    said |= {
        article_words(article, "en")
        for ground in channels().grounds.values()
        for article in ground.articles.values()
    }
    said |= {article_words(one.article, "en") for one in table().situations.values()}

    assert len(said) > 150
    assert [one for one in said if chinese(one)] == []


def chinese(text):
    return re.search(r"[\u4e00-\u9fff]", re.sub("《[^》]*》", "", text))
