"""The working lives that invented talents are given: what they learned, make, earn and lean to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Career:
    """`pay` is the yearly income of a beginner in thousand yuan; `learned` shifts the degree.

    Discipline and industry codes are those of GB/T 13745-2009 and GB/T 4754-2017.
    """

    weight: int
    disciplines: tuple[str, ...]
    industries: tuple[str, ...]
    field: str
    category: str
    employers: tuple[str, ...]
    districts: tuple[str, ...]
    pay: int
    learned: int


def _firm(
    weight: int,
    disciplines: str,
    industries: str,
    districts: str,
    *,
    pay: int,
    learned: int = 0,
) -> Career:
    """An engineer in an enterprise."""
    return Career(
        weight=weight,
        disciplines=tuple(disciplines.split()),
        industries=tuple(industries.split()),
        field="engineering",
        category="professional-technical",
        employers=("high-tech-firm", "enterprise", "regional-headquarters", "key-list-firm"),
        districts=tuple(districts.split()),
        pay=pay,
        learned=learned,
    )


CAREERS = (
    # Integrated circuits
    _firm(8, "51030 52040", "I6511", "pudong minhang", pay=220, learned=1),
    _firm(10, "51030 51010 52030", "I6520", "pudong xuhui minhang", pay=240, learned=1),
    _firm(8, "51030 43015", "C3973", "pudong lingang songjiang", pay=160),
    _firm(4, "41620 46025 41310", "C3562", "pudong minhang", pay=190, learned=1),
    _firm(4, "43045 15065", "C3985", "jinshan fengxian qingpu", pay=150),
    # Biomedicine
    _firm(8, "35010 18037 31047", "M7340", "pudong minhang fengxian", pay=180, learned=2),
    _firm(6, "35020 41640 18022", "C2761", "pudong fengxian", pay=170, learned=1),
    _firm(4, "35035 53064", "C2720", "fengxian jinshan", pay=140),
    _firm(4, "41660 31061", "C3581", "minhang songjiang", pay=150),
    # Artificial intelligence and software
    _firm(10, "52020", "I6512", "xuhui pudong yangpu", pay=280, learned=1),
    _firm(10, "52040", "I6513", "yangpu changning putuo", pay=210),
    _firm(6, "51040 52060", "I6450", "putuo changzheng baoshan", pay=190),
    # Aircraft and space
    _firm(5, "59015 59065", "M7320", "minhang pudong", pay=160, learned=1),
    _firm(4, "59025 59030", "C3744", "minhang lingang", pay=150, learned=1),
    _firm(3, "59020 51050", "C3742", "minhang songjiang", pay=160, learned=1),
    # Robots and equipment
    _firm(5, "46020 46025", "C3425", "songjiang jiading", pay=130, learned=-1),
    _firm(5, "41310 46040", "C4011", "minhang jiading", pay=150),
    _firm(5, "46050 41310", "C3491", "baoshan jiading lingang", pay=160),
    # Batteries and vehicles
    _firm(5, "47040 48060", "C3612 C3841", "jiading lingang qingpu", pay=170),
    Career(
        weight=10,
        disciplines=("110", "52020"),
        industries=("P8341",),
        field="natural-science",
        category="professional-technical",
        employers=("university",),
        districts=("yangpu", "minhang", "xuhui", "putuo"),
        pay=170,
        learned=3,
    ),
    Career(
        weight=8,
        disciplines=("320", "32024"),
        industries=("Q8411",),
        field="health",
        category="professional-technical",
        employers=("institution",),
        districts=("xuhui", "hongkou", "yangpu", "minhang"),
        pay=180,
        learned=2,
    ),
    Career(
        weight=6,
        disciplines=("790", "63040"),
        industries=("J66",),
        field="finance",
        category="enterprise-management",
        employers=("enterprise", "regional-headquarters"),
        districts=("pudong", "hongkou", "changning"),
        pay=260,
        learned=1,
    ),
    Career(
        weight=5,
        disciplines=("880", "190"),
        industries=("P83",),
        field="education",
        category="professional-technical",
        employers=("institution",),
        districts=("minhang", "changning", "putuo", "baoshan"),
        pay=120,
        learned=0,
    ),
    Career(
        weight=4,
        disciplines=("840",),
        industries=("Q842",),
        field="social-science",
        category="social-work",
        employers=("social-organisation",),
        districts=("putuo", "changzheng", "hongkou"),
        pay=90,
        learned=-1,
    ),
    Career(
        weight=6,
        disciplines=("46025", "46099"),
        industries=("C3492",),
        field="engineering",
        category="highly-skilled",
        employers=("enterprise", "key-list-firm"),
        districts=("minhang", "baoshan", "lingang", "songjiang"),
        pay=100,
        learned=-4,
    ),
    Career(
        weight=3,
        disciplines=("210",),
        industries=("A01",),
        field="agriculture",
        category="rural-practical",
        employers=("enterprise",),
        districts=("jinshan", "fengxian", "qingpu"),
        pay=80,
        learned=-3,
    ),
    Career(
        weight=3,
        disciplines=("760",),
        industries=("R8810",),
        field="culture",
        category="professional-technical",
        employers=("institution", "social-organisation"),
        districts=("xuhui", "changning", "qingpu"),
        pay=110,
        learned=0,
    ),
)
