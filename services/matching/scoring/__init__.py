"""How well a talent and a demand fit: pure, in whole points, with the reason for each.

The version names the weights and the rules; a change of either is a new version.
"""

SCORING_VERSION = "chain-fit-1"
