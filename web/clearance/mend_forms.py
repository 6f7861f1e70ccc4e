"""The forms that put right what is entered of a clearance, or open a closed one again."""

from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from casebook.clearance import reach, repairs
from casebook.clearance.changes import RepairText, Told
from casebook.clearance.reach import Named
from casebook.models import Clearance, Reach, Repair
from web.choices import worded
from web.clearance.forms import NO_AUTHOR, ReachForm, RepairForm
from web.fields import DateField, NumberField, plain_lines
from web.forms import BaseForm
from web.widgets import Radios, Select, TextArea, TextInput

FURTHER, NOT_REACHED = "further", "not_reached"
OPEN = ""


class TakeBackForm(BaseForm):
    reason = TextAreaField(lazy("Why it is entered wrongly"), widget=TextArea(), description=NO_AUTHOR)


class MendReachForm(ReachForm):
    """What is entered of a recipient; when and how they were told, where they were."""

    on = DateField(lazy("Corrected on"))
    how = TextAreaField(lazy("How they were told"), widget=TextArea())
    present = NumberField(
        lazy("How many were present"), widget=TextInput(), description=lazy("Only at a meeting.")
    )
    reason = TextAreaField(lazy("Why it is put right"), widget=TextArea(), description=NO_AUTHOR)

    def __init__(self, *args, row: Reach, **kwargs):
        data = {"kind": row.kind, "name": row.name, "heard": row.heard, "form": row.form}
        if row.corrected_on is not None:
            data |= {"on": row.corrected_on.isoformat(), "how": row.corrected_how, "present": row.present}
        super().__init__(*args, data=data, **kwargs)
        if row.corrected_on is None:
            del self.on, self.how, self.present

    def named(self) -> Named:
        return _named(self)

    def told(self) -> Told | None:
        if "on" not in self:
            return None
        return Told(self.on.day, plain_lines(self.how.data), self.present.number)


class MendRepairForm(RepairForm):
    """What is entered of a repair; its result, where it has one: "not done yet" takes it back."""

    result = RadioField(lazy("Result"), widget=Radios(), validate_choice=False)
    words = TextAreaField(lazy("What was done"), widget=TextArea())
    done_on = DateField(lazy("Done on"))
    reason = TextAreaField(lazy("Why it is put right"), widget=TextArea(), description=NO_AUTHOR)

    def __init__(self, *args, row: Repair, **kwargs):
        data = {
            "kind": row.kind, "lost": row.lost, "responsible": row.responsible, "due_on": row.due_on.isoformat(),
            "result": row.result, "words": row.result_words, "done_on": row.done_on and row.done_on.isoformat(),
        }  # fmt: skip
        super().__init__(*args, data=data, **kwargs)
        if row.result:
            self.result.choices = [*worded(repairs.RESULTS), SelectChoice(OPEN, lazy("Not done yet"))]
        else:
            del self.result, self.words, self.done_on

    def text(self) -> RepairText:
        said = {}
        if "result" in self and self.result.data:
            said = {
                "result": self.result.data, "words": plain_lines(self.words.data), "done_on": self.done_on.day,
            }  # fmt: skip
        return RepairText(
            self.kind.data or "",
            plain_lines(self.lost.data),
            self.responsible.data or "",
            self.due_on.day,
            **said,
        )


class ReopenForm(ReachForm):
    """Why a closed clearance is opened again: somebody else had heard, or one on the map was not reached."""

    why = RadioField(lazy("What came to light"), widget=Radios(), validate_choice=False)
    row = SelectField(lazy("Who was not reached"), widget=Select(), validate_choice=False)
    reason = TextAreaField(
        lazy("How it came to light"), widget=TextArea(), description=NO_AUTHOR
    )  # fmt: skip

    def __init__(self, *args, clearance: Clearance, **kwargs):
        super().__init__(*args, **kwargs)
        self.why.choices = [
            SelectChoice(FURTHER, lazy("Somebody else had received the allegation")),
            SelectChoice(NOT_REACHED, lazy("A correction did not reach somebody on the list")),
        ]
        self.row.choices = [
            SelectChoice("", lazy("Choose")),
            *(SelectChoice(str(row.id), row.name) for row in clearance.reach if not reach.is_waiting(row)),
        ]

    def further(self) -> Named | None:
        return None if self.why.data == NOT_REACHED else _named(self)

    def not_reached(self) -> int | None:
        chosen = self.row.data or ""
        known = {choice.value for choice in self.row.choices}
        return int(chosen) if self.why.data == NOT_REACHED and chosen and chosen in known else None


def _named(form: ReachForm) -> Named:
    return Named(
        form.kind.data or "", form.name.data or "", plain_lines(form.heard.data), form.form.data or ""
    )
