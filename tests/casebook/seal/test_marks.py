"""A mark of classification is found however it is written; the words in a sentence are no mark."""

import pytest

from casebook.seal.marks import classified


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("机密★20年", "机密★"), ("绝 密 ★", "绝密 ★"), ("绝\u200b密★30年", "绝密★"), ("★秘密", "★秘密"),
        ("附件：\n机密\n关于某某的报告", "机密"), ("【机密】\n正文", "【机密】"), ("密级：绝密", "密级:绝密"),
        ("密  级 ： 秘密", "密 级 : 秘密"), ("秘密☆5年", "秘密☆"), ("TOP SECRET\nReport", "TOP SECRET"),
        ("SECRET//NOFORN", "SECRET//"), ("机密级", "机密级"),
    ],
)  # fmt: skip
def test_a_mark_is_found_and_named(text, mark):
    assert "".join(classified(text).split()) == "".join(mark.split())


@pytest.mark.parametrize(
    "text",
    [
        "", "他秘密转移资产", "泄露机密文件三份", "涉及商业秘密和工作秘密", "国家秘密不得在此填写", "五星级酒店★★★★★",
        "he kept it secret", "confidential treatment is asked for", "机密室\n管理混乱", "保密级别不明",
    ],
)  # fmt: skip
def test_words_of_a_sentence_are_no_mark(text):
    assert classified(text) == ""
    assert not classified(None)
