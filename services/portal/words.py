"""The vocabulary as pages say it: facts, codes, bodies and values in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from events.sourcing.yaml_files import read_yaml_file

FOLDER = Path(__file__).resolve().parents[2] / "data/vocabulary"

Text: TypeAlias = Mapping[str, str]

YES: Text = {"zh": "是", "en": "yes"}
NO: Text = {"zh": "否", "en": "no"}
NOT_APPLICABLE: Text = {"zh": "不适用", "en": "does not apply"}
UNKNOWN: Text = {"zh": "未知", "en": "not known"}
FEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`facts` holds each fact's entry of the vocabulary, `texts` words by group and key."""

    facts: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, Mapping[str, Text]]
    bodies: Mapping[str, Text]
    texts: Mapping[str, Mapping[str, Text]]

    def label(self, fact: str) -> Text:
        """A fact's name; a name that the vocabulary does not have stands for itself."""
        entry = self.facts.get(fact)
        return sentence(both(entry)) if entry else plain(fact)

    def of_entries(self, fact: str) -> "Words":
        """The words for one entry of a list: its fields are the facts."""
        fields = self.facts.get(fact, {}).get("fields", ())
        return replace(self, facts={field["name"]: field for field in fields})

    def code(self, fact: str, code: object) -> Text:
        """A code of a fact."""
        tree = self.codes.get(str(self.facts.get(fact, {}).get("codes")), {})
        return tree.get(str(code)) or plain(code)

    def body(self, body_id: str) -> Text:
        """An issuing body."""
        return self.bodies.get(body_id) or plain(body_id)

    def text(self, group: str, key: object) -> Text:
        """The words of a code an answer holds, such as a state or a unit."""
        return self.texts.get(group, {}).get(str(key)) or plain(key)

    def value(self, fact: str, value: object) -> Text:
        """A value of a fact, with its unit."""
        if value is None:
            return NOT_APPLICABLE
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, int):
            return self._amount(fact, value)
        if isinstance(value, list | tuple):
            return self._several(fact, value)
        return self.code(fact, value)

    def _amount(self, fact: str, value: int) -> Text:
        unit = self.facts.get(fact, {}).get("unit")
        if unit == "fen":
            return plain(f"¥{value / FEN:,.0f}" if value % FEN == 0 else f"¥{value / FEN:,.2f}")
        if unit == "percent":
            return plain(f"{value}%")
        if unit is None:
            return plain(value)
        return self.length(value, unit)

    def length(self, number: int, unit: str) -> Text:
        """A number with its unit, one of which has no ending in English."""
        said = self.text("unit", unit)
        en = said["en"].removesuffix("s") if number == 1 else said["en"]
        return {"zh": f"{number}{said['zh']}", "en": f"{number} {en}"}

    def _several(self, fact: str, values: Iterable[object]) -> Text:
        listed = list(values)
        if listed and isinstance(listed[0], dict):
            return {"zh": f"{len(listed)} 条记录", "en": f"{len(listed)} entries"}
        return joined(self.code(fact, code) for code in listed)


def read_words(folder: Path = FOLDER) -> Words:
    """The words of the vocabulary's files."""
    facts = read_yaml_file(folder / "facts.yaml")["facts"]
    bodies = read_yaml_file(folder / "bodies.yaml")["bodies"]
    return Words(
        facts={entry["name"]: entry for entry in facts},
        codes={
            file.stem: {entry["code"]: both(entry) for entry in read_yaml_file(file)["codes"]}
            for file in sorted((folder / "codes").glob("*.yaml"))
        },
        bodies={entry["id"]: both(entry) for entry in bodies},
        texts=read_yaml_file(folder / "texts.yaml"),
    )


def both(entry: Mapping[str, Any]) -> Text:
    """Only the words of an entry."""
    return {"zh": entry["zh"], "en": entry["en"]}


def sentence(text: Text) -> Text:
    """Beginning with a capital where the language has them."""
    return {"zh": text["zh"], "en": text["en"][:1].upper() + text["en"][1:]}


def plain(said: object) -> Text:
    """The same in every language."""
    return {"zh": str(said), "en": str(said)}


def each_once(texts: Iterable[Text]) -> list[Text]:
    """The texts as they come, without those that were said before."""
    said = list(texts)
    return [text for place, text in enumerate(said) if text not in said[:place]]


def joined(texts: Iterable[Text], *, zh: str = "、", en: str = ", ") -> Text:
    """Several texts as one."""
    listed = list(texts)
    return {"zh": zh.join(t["zh"] for t in listed), "en": en.join(t["en"] for t in listed)}
