//! Figures, targets and shares as JSON texts: what a column holds whose shape depends on the measure.
//! Writing is stable, and reading is strict: an unknown key is an unreadable row.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::domain::amount::{Quantity, Share};
use crate::domain::commitment::Target;
use crate::domain::contract::Shares;
use crate::domain::period::Period;
use crate::domain::valuation::Reported;

/// Why a text is not what its column says.
pub(crate) type Unreadable = String;

/// `{"quantity":"12.5"}`, `{"components":{"hours":"3"}}`, `{"numerator":"1","denominator":"2"}`,
/// `{"planned":{"quantity":"4","parts":{}}}`, `{"answer":true}` or `{"text":"words"}`.
pub(crate) fn reported_text(reported: &Reported) -> String {
    reported_value(reported).to_string()
}

/// Reads what [`reported_text`] writes.
pub(crate) fn reported(text: &str) -> Result<Reported, Unreadable> {
    // Most lines are plain: digits between these two need no reader of JSON.
    let plain = text
        .strip_prefix("{\"quantity\":\"")
        .and_then(|rest| rest.strip_suffix("\"}"));
    if let Some(Ok(quantity)) = plain.map(Quantity::parse) {
        return Ok(Reported::Quantity(quantity));
    }
    reported_from(&parse(text)?)
}

/// `{"whole":reported}` or `{"periods":{"2026-27-Q1":reported}}`.
pub(crate) fn target_text(target: &Target) -> String {
    match target {
        Target::Whole(whole) => json!({ "whole": reported_value(whole) }),
        Target::ByPeriod(periods) => {
            let periods: Map<String, Value> = periods
                .iter()
                .map(|(period, reported)| (period.label(), reported_value(reported)))
                .collect();
            json!({ "periods": periods })
        }
    }
    .to_string()
}

/// Reads what [`target_text`] writes.
pub(crate) fn target(text: &str) -> Result<Target, Unreadable> {
    let value = parse(text)?;
    let fields = object(&value)?;
    match only(fields)? {
        ("whole", whole) => reported_from(whole).map(Target::Whole),
        ("periods", periods) => {
            let read = object(periods)?.iter().map(|(label, value)| {
                let period = Period::parse(label).ok_or_else(|| format!("no period {label}"))?;
                Ok((period, reported_from(value)?))
            });
            read.collect::<Result<BTreeMap<Period, Reported>, Unreadable>>()
                .map(Target::ByPeriod)
        }
        (other, _) => Err(format!("unknown key {other}")),
    }
}

/// `[["organisation","3/5"],["another","2/5"]]`, in order.
pub(crate) fn shares_text(shares: &Shares) -> String {
    let parts = shares.parts().iter();
    let parts: Vec<Value> = parts
        .map(|(organisation, share)| json!([organisation, share.to_string()]))
        .collect();
    Value::Array(parts).to_string()
}

/// Reads what [`shares_text`] writes.
pub(crate) fn shares(text: &str) -> Result<Shares, Unreadable> {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    let parts = pairs
        .into_iter()
        .map(|(organisation, share)| {
            let share = Share::parse(&share).map_err(|error| error.to_string())?;
            Ok((organisation, share))
        })
        .collect::<Result<Vec<_>, Unreadable>>()?;
    Shares::new(parts).map_err(|error| error.to_string())
}

/// `["code","another"]`.
pub(crate) fn codes_text(codes: &[String]) -> String {
    json!(codes).to_string()
}

/// Reads what [`codes_text`] writes.
pub(crate) fn codes(text: &str) -> Result<Vec<String>, Unreadable> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn reported_value(reported: &Reported) -> Value {
    match reported {
        Reported::Quantity(quantity) => json!({ "quantity": quantity.to_string() }),
        Reported::Components(parts) => json!({ "components": parts_value(parts) }),
        Reported::Ratio {
            numerator,
            denominator,
        } => json!({ "numerator": numerator.to_string(), "denominator": denominator.to_string() }),
        Reported::Planned { quantity, parts } => {
            let mut planned = json!({ "parts": parts_value(parts) });
            if let Some(quantity) = quantity {
                planned["quantity"] = json!(quantity.to_string());
            }
            json!({ "planned": planned })
        }
        Reported::Answer(answer) => json!({ "answer": answer }),
        Reported::Text(text) => json!({ "text": text }),
    }
}

fn parts_value(parts: &BTreeMap<String, Quantity>) -> Value {
    let parts = parts
        .iter()
        .map(|(code, quantity)| (code.clone(), Value::String(quantity.to_string())));
    Value::Object(parts.collect())
}

fn reported_from(value: &Value) -> Result<Reported, Unreadable> {
    let fields = object(value)?;
    if let (Some(numerator), Some(denominator), 2) = (
        fields.get("numerator"),
        fields.get("denominator"),
        fields.len(),
    ) {
        return Ok(Reported::Ratio {
            numerator: quantity(numerator)?,
            denominator: quantity(denominator)?,
        });
    }
    match only(fields)? {
        ("quantity", value) => quantity(value).map(Reported::Quantity),
        ("components", value) => parts(value).map(Reported::Components),
        ("planned", value) => planned(object(value)?),
        ("answer", Value::Bool(answer)) => Ok(Reported::Answer(*answer)),
        ("text", Value::String(text)) => Ok(Reported::Text(text.clone())),
        (other, _) => Err(format!("unknown key {other}, or not its kind of value")),
    }
}

fn planned(fields: &Map<String, Value>) -> Result<Reported, Unreadable> {
    let known = |key: &String| key == "quantity" || key == "parts";
    if !fields.keys().all(known) {
        return Err("unknown key in planned".to_owned());
    }
    Ok(Reported::Planned {
        quantity: fields.get("quantity").map(quantity).transpose()?,
        parts: parts(fields.get("parts").ok_or("planned without parts")?)?,
    })
}

fn parse(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn object(value: &Value) -> Result<&Map<String, Value>, Unreadable> {
    value.as_object().ok_or_else(|| "not an object".to_owned())
}

/// The one field of an object that has no other.
fn only(fields: &Map<String, Value>) -> Result<(&str, &Value), Unreadable> {
    match (fields.iter().next(), fields.len()) {
        (Some((key, value)), 1) => Ok((key, value)),
        _ => Err("not an object of one known key".to_owned()),
    }
}

fn quantity(value: &Value) -> Result<Quantity, Unreadable> {
    let text = value.as_str().ok_or("a quantity is a text")?;
    Quantity::parse(text).map_err(|error| error.to_string())
}

fn parts(value: &Value) -> Result<BTreeMap<String, Quantity>, Unreadable> {
    object(value)?
        .iter()
        .map(|(code, value)| Ok((code.clone(), quantity(value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Quantity {
        Quantity::parse(text).unwrap()
    }

    #[test]
    fn every_shape_is_read_as_it_was_written() {
        let parts = BTreeMap::from([("a \"b\"".to_owned(), units("-0.000001"))]);
        let shapes = [
            Reported::Quantity(units("1000000000")),
            Reported::Components(parts.clone()),
            Reported::Ratio {
                numerator: units("1"),
                denominator: units("3"),
            },
            Reported::Planned {
                quantity: Some(units("4.5")),
                parts: parts.clone(),
            },
            Reported::Planned {
                quantity: None,
                parts,
            },
            Reported::Answer(false),
            Reported::Text("£ \n \\".to_owned()),
        ];
        for shape in &shapes {
            assert_eq!(reported(&reported_text(shape)).as_ref(), Ok(shape));
        }
        let period = |label: &str| Period::parse(label).unwrap();
        let by_period = BTreeMap::from([
            (period("2026-27-Q1"), shapes[0].clone()),
            (period("2026-27-Q2"), shapes[1].clone()),
        ]);
        for written in [
            Target::Whole(shapes[3].clone()),
            Target::ByPeriod(by_period),
        ] {
            assert_eq!(target(&target_text(&written)), Ok(written));
        }
        let text = r#"{"planned":{"parts":{},"quantity":"4"}}"#;
        assert_eq!(reported_text(&reported(text).unwrap()), text);
    }

    #[test]
    fn what_is_not_quite_right_is_not_read() {
        for text in [
            "",
            "null",
            "{}",
            r#"{"quantity":12}"#,
            r#"{"quantity":"12","more":"1"}"#,
            r#"{"quantity":"0.0000001"}"#,
            r#"{"numerator":"1"}"#,
            r#"{"answer":"true"}"#,
            r#"{"planned":{"quantity":"1"}}"#,
            r#"{"planned":{"parts":{},"x":"1"}}"#,
        ] {
            assert!(reported(text).is_err(), "{text}");
        }
        for text in [
            r#"[["a","1/2"]]"#,
            r#"[["a","1","x"]]"#,
            "[]",
            r#"[["a",1]]"#,
        ] {
            assert!(shares(text).is_err(), "{text}");
        }
        assert!(target(r#"{"periods":{"2011-12":{"quantity":"1"}}}"#).is_err());
    }
}
