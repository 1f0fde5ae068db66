"""What can be asked of the offline tool, for a help that need not load it."""

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "check": "read every policy file and say what is wrong, where, and what to write instead",
    "explain": "tell every policy, and every answer to the people named, in sentences",
    "evaluate": "judge each person by every policy, with the proof and the best package",
    "package": "find for each person the lawful combination that is worth most",
    "confirm": "try every set of offers, and say whether a package answered before is the best",
    "bulk": "count how many people stand how with each policy, all of them at once",
}
