"""The forms of the search. It is sent by POST: what is looked for may be a name, and no address says one."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.models import SavedSearch
from casebook.procedure.workflow import STAGES
from casebook.search.filters import CASES, LIVES, PRECEDENTS, Filters
from casebook.search.grams import LONGEST_QUERY
from casebook.search.saved import LONGEST_NAME
from web.fields import Filled
from web.forms import MANY, BaseForm
from web.i18n import both
from web.precedents.library_forms import EVERY, LibraryFilter
from web.widgets import Select, TextInput

_ONLY_CASES = ("outcome", "stage", "since", "until", "fact", "region")


class SearchForm(LibraryFilter):
    """Words and filters; `filters` has them as casebook.search takes them."""

    q = StringField(
        lazy("Words"),
        [Length(max=LONGEST_QUERY, message=MANY)],
        widget=TextInput(),
        description=lazy(
            "Words apart by spaces are all looked for. “In quotes”: exactly so. After a minus: without it."
        ),
    )
    scope = HiddenField()
    stage = SelectField(lazy("Stage"), widget=Select(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope.data = CASES if self.scope.data == CASES else PRECEDENTS
        self.stage.choices = [SelectChoice("", _("All"))] + [
            SelectChoice(str(stage), both(name)) for stage, name in STAGES.items()
        ]
        offered = {*map(str, LIVES), EVERY}
        self.life.choices = [choice for choice in self.life.choices if choice.value in offered]
        if self.is_of_cases:
            self.since.label.text, self.until.label.text = _("Opened from"), _("Opened until")

    @property
    def is_of_cases(self) -> bool:
        return self.scope.data == CASES

    @property
    def filters(self) -> Filters:
        """What is chosen; what cannot be read is in the errors of the form."""
        found = self.wanted()
        if self.is_of_cases:
            found = {name: value for name, value in found.items() if name in (*_ONLY_CASES, "value")}
            if self.stage.data in dict.fromkeys(map(str, STAGES)):
                found["stage"] = self.stage.data
        return Filters(scope=self.scope.data, **found)

    @classmethod
    def of(cls, search: SavedSearch) -> "SearchForm":
        """The form as it was sent."""
        kept = dict(search.filters)
        fact, value = kept.pop("fact", ""), kept.pop("value", "")
        if fact:
            kept["fact"] = f"{fact}|{str(value).lower() if isinstance(value, bool) else value}"
        kept.setdefault("life", EVERY)
        return cls(data={**kept, "q": search.query})


class SaveForm(BaseForm):
    """A name for a search, and whether it tells its owner of new precedents."""

    name = StringField(
        lazy("Name of this search"),
        [Filled(lazy("Give the search a name.")), Length(max=LONGEST_NAME, message=MANY)],
        widget=TextInput(),
    )
    tells = BooleanField(lazy("Tell me when a new precedent meets it"))
