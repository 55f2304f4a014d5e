//! What was asked of a publication, as canonical JSON: names in a fixed order, and nothing that is not there.

use serde_json::{Map, Value, json};

use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::period::{Day, parse_day};
use crate::domain::policy::Reach;
use crate::domain::publication::Heading;
use crate::storage::StorageError;

use super::super::Refusal;
use super::super::roll_up::{Dimension, RollUpAsked};

/// Everything that is asked, but for the reach and the moment, which are kept beside it.
pub(super) fn text(asked: &RollUpAsked) -> String {
    let by: Vec<&str> = asked.by.iter().map(|one| one.word()).collect();
    let stages: Vec<&str> = asked.stages.iter().map(|one| one.word()).collect();
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let texts = [
        ("from", day(asked.from)),
        ("to", day(asked.to)),
        ("taxonomy", asked.taxonomy.clone()),
        ("place", asked.place.clone()),
        ("anchor_institution", asked.anchor_institution.clone()),
        ("supplier", asked.supplier.clone()),
        ("contract", asked.contract.clone()),
        ("edition", asked.edition.clone()),
    ];
    let given = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), Value::String(text?))));
    let mut fields: Map<String, Value> = given.collect();
    fields.insert("by".to_owned(), json!(by));
    fields.insert("stage".to_owned(), json!(stages));
    if !asked.funding.is_empty() {
        let sources: Vec<&str> = asked.funding.iter().map(|one| one.word()).collect();
        fields.insert("funding".to_owned(), json!(sources));
    }
    Value::Object(fields).to_string()
}

/// Reads what [`text`] wrote, as it is to be asked again.
pub(super) fn read(heading: &Heading) -> Result<RollUpAsked, Refusal> {
    parsed(&heading.asked, heading.reach.clone()).ok_or_else(|| {
        Refusal::Storage(StorageError::Corrupt {
            table: "publication",
            column: "asked".to_owned(),
            key: heading.id.clone(),
            message: "not what is asked of a roll-up".to_owned(),
        })
    })
}

fn parsed(text: &str, reach: Reach) -> Option<RollUpAsked> {
    let value: Value = serde_json::from_str(text).ok()?;
    let given = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let words = |name: &str| {
        let list = value.get(name)?.as_array()?.iter();
        list.map(Value::as_str).collect::<Option<Vec<_>>>()
    };
    let day = |name: &str| match given(name) {
        Some(text) => parse_day(&text).map(Some),
        None => Some(None),
    };
    let by = words("by")?.into_iter().map(Dimension::parse);
    let stages = words("stage")?.into_iter().map(Stage::parse);
    let funding = match value.get("funding") {
        Some(_) => words("funding")?,
        None => Vec::new(),
    };
    let funding = funding.into_iter().map(FundingSource::parse);
    Some(RollUpAsked {
        funding: funding.collect::<Option<_>>()?,
        by: by.collect::<Option<_>>()?,
        stages: stages.collect::<Option<_>>()?,
        from: day("from")?,
        to: day("to")?,
        taxonomy: given("taxonomy"),
        place: given("place"),
        anchor_institution: given("anchor_institution"),
        supplier: given("supplier"),
        contract: given("contract"),
        edition: given("edition"),
        reach,
        known_at: None,
        prices: None,
        combine: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_as_it_was_written() {
        let given = |text: &str| Some(text.to_owned());
        let all = RollUpAsked {
            by: Dimension::ALL.to_vec(),
            stages: Stage::ALL.to_vec(),
            from: parse_day("2026-04-01"),
            to: parse_day("2027-03-31"),
            taxonomy: given("act"),
            place: given("halton"),
            anchor_institution: given("a"),
            supplier: given("\"s\""),
            contract: given("c"),
            edition: given("open-uk/2026"),
            funding: FundingSource::ALL.to_vec(),
            reach: Reach::Everything,
            known_at: None,
            prices: None,
            combine: false,
        };
        for asked in [all, RollUpAsked::default()] {
            let again = parsed(&text(&asked), Reach::Everything).unwrap();
            assert_eq!(text(&again), text(&asked));
            assert_eq!(format!("{again:?}"), format!("{asked:?}"));
        }
        for bad in [
            "",
            "{}",
            r#"{"by":["x"],"stage":[]}"#,
            r#"{"by":[],"stage":[],"funding":["x"]}"#,
            r#"{"by":[],"stage":[],"to":"x"}"#,
        ] {
            assert!(parsed(bad, Reach::Everything).is_none(), "{bad}");
        }
    }
}
