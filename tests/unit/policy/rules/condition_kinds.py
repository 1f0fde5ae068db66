"""A condition of every kind, for whatever must hold of each of them."""

KINDS = [
    '{fact: labour_contract, op: "==", value: true, cite: a}',
    '{fact: income_tax_paid, op: "!=", value: 100 万元, cite: a}',
    '{fact: birth_date, op: "<", value: 1990-01-01, cite: a}',
    '{fact: study_days_abroad, op: ">", value: 360, as_of: 2025-04-15, cite: a}',
    "{fact: work_region, in: [putuo], as_of: 2025-04-15, cite: a}",
    "{fact: school_class, in: [world-top-50], cite: a}",
    '{fact: highest_degree, op: "<=", value: master, cite: a}',
    *(
        f'{{since: graduation_date, op: "{op}", {length}, at: {at}, cite: a}}'
        for op in ("<", "<=", "==", "!=", ">", ">=", "within")
        for length, at in [
            ("years: 2", "2025-02-28"),
            ("months: 1", "year_start"),
            ("days: 730", "valid_at"),
            ("years: 1", "{fact: return_date}"),
            ("months: 13", "{fact: return_date}"),
            ("days: 60", "{fact: return_date}"),
        ]
    ),
    *(
        f'{{since: graduation_date, op: "{op}", {length}, convention: {way}, at: {at}, cite: a}}'
        for op in ("<=", "==", ">")
        for length in ("years: 2", "months: 13", "days: 60")
        for way in ("started", "calendar")
        for at in ("valid_at", "{fact: return_date}")
    ),
    (
        "{sum: [{fact: venture_total}, {fact: new_investment_since_2023, times: -1}], "
        'op: ">=", value: 100 万元, cite: a}'
    ),
    (
        "{sum: [{fact: return_date}, {fact: graduation_date, times: -1}], "
        'op: "<=", value: 730 days, cite: a}'
    ),
    (
        "{sum: [{fact: contract_years, times: 2}, {fact: years_with_employer}, "
        '{fact: work_experience_years, times: -3}], op: "==", value: 4, cite: a}'
    ),
    "{exists: receipts, where: {fact: cost_item, in: [rent], cite: b}, cite: a}",
    (
        '{count: homes_owned, where: {fact: region, in: [shanghai], cite: b}, op: "<=", value: 1, '
        "cite: a}"
    ),
    (
        '{count: homes_owned, where: {all: [{since: bought_on, op: "<", years: 5, cite: b}, '
        '{not: {fact: price, op: ">=", value: 100 万元, cite: b}}]}, op: "==", value: 2, cite: a}'
    ),
    '{count: receipts, op: "!=", value: 1, cite: a}',
    "{fact: industries, in: [C39, I6520], cite: a}",
    "{insured: {months: 6, in_a_row: true}, cite: a}",
    "{insured: {months: 6, window_months: 8, in_a_row: true, base_percent: 200}, cite: a}",
    "{insured: {months: 6, window_months: 9, in_a_row: false, base_percent: 200}, cite: a}",
    "{holds: {titles: [cn.programme], tenure: in_term}, cite: a}",
    "{holds: {titles: [hz.tier.B], tenure: ever}, cite: a}",
    "{holds: {policies: [XX-OTHER], tenure: in_term}, cite: a}",
    "{manual_check: {zh: 好, en: good}, id: good, cite: a}",
    "{not_seen: true, cite: a}",
]
