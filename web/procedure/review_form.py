"""The form of a review, built from the nine items of a recommendation, and the forms around it."""

from collections.abc import Iterable
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.errors import Problem
from casebook.models import Stage, User
from casebook.procedure.drafts import Draft
from casebook.procedure.items import VIEWS, Answer, Item
from casebook.procedure.returns import CODES
from rules.vocabulary import vocabulary
from web.choices import choose, worded
from web.fields import plain_lines
from web.forms import BaseForm, error_words
from web.i18n import lang
from web.labels import DISPOSITIONS
from web.widgets import Checkboxes, Radios, Select, TextArea

_PREFIXES = ("view", "for", "against", "confirm")


class ReviewForm(BaseForm):
    """Everything a reviewer says; `of_items` adds the boxes of each item."""

    seen = HiddenField()
    disposition = RadioField(lazy("What do you propose?"), widget=Radios(), validate_choice=False)
    reason = TextAreaField(
        lazy("Overall reason"),
        widget=TextArea(),
        description=lazy("What carries your proposal, in a few sentences."),
    )
    code = SelectField(lazy("Why is the case sent back?"), widget=Select(), validate_choice=False)
    words = TextAreaField(
        lazy("What the officer is to do"), widget=TextArea(),
        description=lazy("The officer reads this first: say what is missing and what would settle it."),
    )  # fmt: skip
    about = SelectMultipleField(
        lazy("Which facts does it concern? (optional)"), widget=Checkboxes(), validate_choice=False,
        description=lazy("New evidence needs them: only a fact named here may weigh more in a later notice."),
    )  # fmt: skip
    more = SelectField(lazy("Another fact (optional)"), widget=Select(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.disposition.choices = [
            SelectChoice(code, str(name)) for code, (name, _tag) in DISPOSITIONS.items()
        ]
        self.code.choices = choose(worded(CODES[Stage.REVIEW]))
        views = worded(VIEWS)
        for field in self:
            if field.name.startswith("view_"):
                field.choices = views

    @staticmethod
    def of_draft(draft: Draft, formdata=None) -> "ReviewForm":
        """The form of these items, filled with the draft; an item nobody has answered starts from its ledger."""
        values = {"seen": draft.mark, "disposition": draft.disposition or None, "reason": draft.reason}
        for item in draft.items:
            answer = draft.answers.get(item.id, Answer())
            values |= {
                f"view_{item.id}": answer.view or item.ledger, f"for_{item.id}": answer.words_for,
                f"against_{item.id}": answer.words_against,
            }  # fmt: skip
        return _form_class(tuple(item.id for item in draft.items))(formdata, data=values)

    def answers(self, items: Iterable[Item]) -> dict[str, Answer]:
        return {
            item.id: Answer(
                self[f"view_{item.id}"].data or "", plain_lines(self[f"for_{item.id}"].data),
                plain_lines(self[f"against_{item.id}"].data), bool(self[f"confirm_{item.id}"].data),
            )
            for item in items
        }  # fmt: skip

    @property
    def opinion(self) -> dict[str, str]:
        return {"disposition": self.disposition.data or "", "reason": plain_lines(self.reason.data)}

    @property
    def concerned(self) -> list[str]:
        """What a return concerns."""
        return [*(self.about.data or ()), *([self.more.data] if self.more.data else [])]

    def offer_facts(self, entered: Iterable[str]) -> None:
        """The facts a return may concern: those that were entered, and in a list all others."""
        facts, entered = vocabulary().facts, set(entered)
        listed = [SelectChoice(fact.id, fact.label(lang())) for fact in facts.values()]
        self.about.choices = [one for one in listed if one.value in entered]
        self.more.choices = [
            SelectChoice("", _("None")),
            *(one for one in listed if one.value not in entered),
        ]

    def refuse(self, errors: dict[str, Problem], items: Iterable[Item]) -> None:
        """Put what the record found wrong at the field it concerns, with the name of the item before it."""
        titles = {item.id: item_title(item) for item in items}
        for name, problem in errors.items():
            prefix, _dash, item_id = name.partition("-")
            field = f"{prefix}_{item_id}" if prefix in _PREFIXES and item_id else name
            self.add_error(field, problem.message(lang()))
            self[field].of_item = titles.get(item_id, "")

    @property
    def error_list(self) -> list[dict]:
        """As the page goes: the items, then the opinion, whose fields the form has first."""
        found = []
        for field in sorted(self, key=lambda field: hasattr(ReviewForm, field.name)):
            if field.errors:
                title = getattr(field, "of_item", "")
                text = (
                    _("%(field)s: %(error)s", field=title, error=field.errors[0])
                    if title
                    else error_words(field)
                )
                found.append({"text": str(text), "href": f"#{field.id}"})
        return found


@cache
def _form_class(item_ids: tuple[str, ...]) -> type[ReviewForm]:
    fields: dict[str, object] = {}
    for item_id in item_ids:
        fields[f"view_{item_id}"] = SelectField(lazy("Your view"), widget=Select(), validate_choice=False)
        fields[f"for_{item_id}"] = TextAreaField(lazy("On the side of tolerance"), widget=TextArea())
        fields[f"against_{item_id}"] = TextAreaField(lazy("On the side against tolerance"), widget=TextArea())
        fields[f"confirm_{item_id}"] = BooleanField(lazy("Looked at again"))
    return type("ReviewFormOfItems", (ReviewForm,), fields)


class PersonForm(BaseForm):
    """Who takes a part."""

    user_id = SelectField(lazy("Person"), widget=Select(), validate_choice=False)

    @staticmethod
    def among(people: list[User], part: str, label: str, formdata=None) -> "PersonForm":
        """Choose one of these people; the name of the part keeps the boxes of one page apart."""
        form = PersonForm(formdata, prefix=part)
        form.user_id.label.text = label
        form.user_id.choices = choose(SelectChoice(str(person.id), person_words(person)) for person in people)
        return form

    def person(self, people: Iterable[User]) -> User | None:
        return next((one for one in people if str(one.id) == self.user_id.data), None)


def person_words(person: User) -> str:
    return _("%(name)s, %(organ)s", name=person.name, organ=person.organisation.name(lang()))


def item_title(item: Item) -> str:
    names = {"T1": _("First distinction"), "T2": _("Second distinction"), "T3": _("Third distinction")}
    return names.get(item.id) or item.title.message(lang())
