//! The columns of a table that users bring, and the headings by which tables of this field name them.

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct TableColumn {
    /// Its name, in the template and in TOML.
    pub name: &'static str,
    /// Other headings that mean it: small letters and digits, one space between words.
    also: &'static [&'static str],
    /// What it holds, for people.
    pub says: &'static str,
}

const fn column(
    name: &'static str,
    also: &'static [&'static str],
    says: &'static str,
) -> TableColumn {
    TableColumn { name, also, says }
}

/// Every column. Only `measure` and `unit` are needed; what else a row must have may be said once for the whole table.
pub const COLUMNS: &[TableColumn] = &[
    column(
        "reference",
        &[
            "ref",
            "reference no",
            "reference number",
            "ref no",
            "measure ref",
            "measure reference",
            "code",
            "no",
            "id",
        ],
        "Reference of the measure in the table: contracts and returns may name it so.",
    ),
    column(
        "theme",
        &["themes"],
        "Theme of the table's own taxonomy; blank is that of the row above.",
    ),
    column(
        "outcome",
        &["outcomes", "objective"],
        "Outcome; blank is that of the row above.",
    ),
    column(
        "measure",
        &[
            "measures",
            "title",
            "description",
            "measure description",
            "toms measure",
        ],
        "What is measured, in a few words.",
    ),
    column(
        "unit",
        &[
            "units",
            "unit of measure",
            "unit of measurement",
            "measure unit",
        ],
        "One of what.",
    ),
    column(
        "proxy_value",
        &[
            "proxy",
            "proxy values",
            "value",
            "unit value",
            "financial proxy",
            "social value proxy",
            "value per unit",
        ],
        "Pounds a unit: a decimal, or a fraction such as 37/3; £ and commas between thousands are taken. Blank is counted without £.",
    ),
    column(
        "low",
        &["low value", "lower"],
        "The low value, where there is a range.",
    ),
    column(
        "high",
        &["high value", "upper"],
        "The high value, where there is a range.",
    ),
    column(
        "column",
        &["value column", "kind of value"],
        "social, local_economic, effort or fiscal; else that of the table.",
    ),
    column(
        "measure_code",
        &["known measure", "good measure code", "same as"],
        "Code of a measure that is known already and is valued by this row; else the row makes a measure of its own.",
    ),
    column(
        "quantity",
        &["quantity kind"],
        "flow, average_over_period, event, ratio, level, yes_no or text; flow when blank.",
    ),
    column(
        "claim",
        &[],
        "each_period, once_at_event or first_12_months; each_period when blank.",
    ),
    column(
        "over_time",
        &[],
        "sum, latest, maximum, mean, ratio or none; what fits the quantity when blank.",
    ),
    column("over_places", &[], "As over_time."),
    column(
        "definition",
        &["measure definition"],
        "What it is, exactly.",
    ),
    column("counts", &["what counts"], "What counts."),
    column(
        "evidence",
        &["evidence required", "evidence needed"],
        "What evidence is expected.",
    ),
    column(
        "does_not_count",
        &["what does not count"],
        "What does not count.",
    ),
    column(
        "record_only_because",
        &[],
        "Why a row without a value has none.",
    ),
    column(
        "place",
        &["area", "region"],
        "Code of the place the value is for. Further rows of the same reference give values of places below it.",
    ),
    column(
        "year",
        &[],
        "Year the value is for, where values vary by year: 2026, or 2026-27. One row a year, of the same reference.",
    ),
    column(
        "series",
        &["values by year"],
        "A series the row has its values by year from, in the place of a value: its name, or name/item. The release is said once for the table.",
    ),
    column(
        "price_year",
        &["price base", "prices", "price base year"],
        "Year of the prices: 2024-25, 2024, or nominal for a face value that is never re-based; else that of the table.",
    ),
    column("coverage", &[], "Where the value holds, in words."),
    column(
        "method",
        &["methodology"],
        "What value it is and how it was made.",
    ),
    column("provisional", &[], "Why it is provisional."),
    column(
        "licence",
        &["license"],
        "Licence of the value; else that of the table.",
    ),
    column(
        "redistribution",
        &[],
        "allowed, or none: calculated with, and shown only to who governs the table; else that of the table.",
    ),
    column(
        "last_reviewed",
        &["reviewed", "reviewed on"],
        "Day somebody last looked at the value.",
    ),
    column(
        "valid_until",
        &["expires", "valid to"],
        "Last day the value is meant for.",
    ),
    column(
        "source_title",
        &["source"],
        "Title of the publication; else that of the table.",
    ),
    column(
        "source_publisher",
        &["publisher"],
        "Who published it; else that of the table.",
    ),
    column(
        "source_year",
        &["publication year"],
        "Year of the publication; else that of the table.",
    ),
    column(
        "source_url",
        &["source link", "url", "link"],
        "Address; else that of the table.",
    ),
    column(
        "source_where",
        &["source page", "page"],
        "Table, sheet or row in it.",
    ),
];

/// The column of a heading as somebody wrote it: `Proxy Value (£)`, `NT Ref.`
pub(super) fn of_heading(heading: &str) -> Option<&'static str> {
    let plain = plain(heading);
    let named = |one: &&TableColumn| {
        one.name.replace('_', " ") == plain || one.also.contains(&plain.as_str())
    };
    COLUMNS.iter().find(named).map(|one| one.name)
}

/// The column of a name.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let found = COLUMNS.iter().find(|one| one.name == name);
    found.map(|one| one.name)
}

/// Small letters and digits with one space between words, without what stands in brackets.
pub(in crate::catalogue) fn plain(heading: &str) -> String {
    let mut depth = 0_u32;
    let outside: String = heading
        .chars()
        .map(|letter| {
            match letter {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let inside = depth > 0 || !letter.is_alphanumeric();
            if inside { ' ' } else { letter }
        })
        .collect();
    let lower = outside.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ")
}

/// The column in which a person mends a fault of a key of a measure or proxy.
pub(super) fn of_key(key: &str) -> Option<&'static str> {
    let mut parts = key.split('/');
    let name = match (parts.next()?, parts.next()) {
        ("code" | "aliases", _) => "reference",
        ("title", _) => "measure",
        ("valued_by" | "value" | "area" | "by_place", _) => "proxy_value",
        ("themes", _) => "theme",
        ("source", Some("title")) => "source_title",
        ("source", Some("publisher")) => "source_publisher",
        ("source", Some("year")) => "source_year",
        ("source", Some("url")) => "source_url",
        ("series" | "item", _) => "series",
        (other, _) => other,
    };
    of_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised_as_people_write_them() {
        for (heading, name) in [
            ("Reference", "reference"),
            ("Ref.", "reference"),
            ("Proxy Value (£)", "proxy_value"),
            ("  PROXY   VALUE ", "proxy_value"),
            ("proxy_value", "proxy_value"),
            ("Units", "unit"),
            ("Outcomes", "outcome"),
            ("Measure", "measure"),
            ("does_not_count", "does_not_count"),
        ] {
            assert_eq!(of_heading(heading), Some(name), "{heading}");
        }
        for stranger in ["", "Target", "Weighting (%)", "£"] {
            assert_eq!(of_heading(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn no_heading_means_two_columns() {
        let mut seen = std::collections::BTreeSet::new();
        for one in COLUMNS {
            let own = one.name.replace('_', " ");
            for heading in one.also.iter().copied().chain([own.as_str()]) {
                assert!(seen.insert(heading.to_owned()), "{heading}");
                assert_eq!(plain(heading), heading, "{heading}");
            }
        }
    }
}
