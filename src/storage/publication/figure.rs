//! A figure of a publication as it is kept: labels and quantity as JSON, the rest in columns.

use serde_json::{Value, json};

use super::super::StorageError;
use super::super::cell::Cells;
use super::super::codec::Unreadable;
use crate::domain::basis::Basis;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::Column;
use crate::domain::publication::Figure;
use crate::domain::roll_up::{Label, Lines, RollUpLine, Shown};

#[derive(sqlx::FromRow)]
pub(super) struct FigureRow {
    position: i64,
    is_total: i64,
    labels: String,
    stage: String,
    worth_column: Option<String>,
    edition: String,
    price_base: String,
    method: String,
    worth_pence: Option<i64>,
    quantity: Option<String>,
    valued_lines: i64,
    record_only_lines: i64,
    provisional_lines: i64,
    nominal_lines: i64,
    suppressed: i64,
    funding: String,
}

impl FigureRow {
    /// Whether it is a total, and the figure.
    pub(super) fn read(self, publication: &str) -> Result<(bool, Figure), StorageError> {
        let key = format!("{publication} {}", self.position);
        let cells = Cells {
            table: "publication_figure",
            key: &key,
        };
        let column = self
            .worth_column
            .map(|word| cells.some("worth_column", Column::parse(&word)))
            .transpose()?;
        let quantity = match &self.quantity {
            Some(text) => cells.good("quantity", quantity(text))?,
            None => Shown::NotAsked,
        };
        let line = RollUpLine {
            labels: cells.good("labels", labels(&self.labels))?,
            stage: cells.some("stage", Stage::parse(&self.stage))?,
            column,
            basis: Basis {
                edition: cells.edition("edition", &self.edition)?,
                price_base: self.price_base,
                method: self.method,
            },
            funding: cells.some("funding", FundingSource::parse(&self.funding))?,
            worth_pence: self.worth_pence,
            quantity,
            lines: Lines {
                valued: self.valued_lines,
                record_only: self.record_only_lines,
                provisional: self.provisional_lines,
                nominal: self.nominal_lines,
            },
        };
        let suppressed = cells.flag("suppressed", self.suppressed)?;
        let is_total = cells.flag("is_total", self.is_total)?;
        Ok((is_total, Figure { line, suppressed }))
    }
}

/// `[["id","name"],["another","name"]]`, in order.
pub(super) fn labels_text(labels: &[Label]) -> String {
    let pairs: Vec<[&str; 2]> = labels
        .iter()
        .map(|label| [label.id.as_str(), label.name.as_str()])
        .collect();
    json!(pairs).to_string()
}

fn labels(text: &str) -> Result<Vec<Label>, Unreadable> {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    let labels = pairs.into_iter().map(|(id, name)| Label { name, id });
    Ok(labels.collect())
}

/// `{"sum":[micro,posted_of_unit,"unit"]}`, `{"ratio":[upper,lower]}` or `{"unavailable":"why"}`.
pub(super) fn quantity_text(quantity: &Shown) -> Option<String> {
    let value = match quantity {
        Shown::NotAsked => return None,
        Shown::Sum {
            micro,
            posted_of_unit,
            unit,
        } => json!({ "sum": [micro, posted_of_unit, unit] }),
        Shown::Ratio(upper, lower) => json!({ "ratio": [upper, lower] }),
        Shown::Unavailable(reason) => json!({ "unavailable": reason }),
    };
    Some(value.to_string())
}

fn quantity(text: &str) -> Result<Shown, Unreadable> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let fields = value.as_object().filter(|fields| fields.len() == 1);
    let (key, value) = fields
        .and_then(|fields| fields.iter().next())
        .ok_or("not an object of one key")?;
    let whole = |at: usize| value.get(at).and_then(Value::as_i64);
    let read = match key.as_str() {
        "sum" => whole(0).zip(whole(1)).and_then(|(micro, posted_of_unit)| {
            Some(Shown::Sum {
                micro,
                posted_of_unit,
                unit: value.get(2)?.as_str()?.to_owned(),
            })
        }),
        "ratio" => whole(0)
            .zip(whole(1))
            .map(|(upper, lower)| Shown::Ratio(upper, lower)),
        "unavailable" => value
            .as_str()
            .map(|reason| Shown::Unavailable(reason.to_owned())),
        _ => None,
    };
    read.ok_or_else(|| format!("unknown key {key}, or not its kind of value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for shown in [
            Shown::Sum {
                micro: i64::MIN,
                posted_of_unit: 12,
                unit: "a \"job\"".to_owned(),
            },
            Shown::Ratio(-1, i64::MAX),
            Shown::Unavailable("£ \n".to_owned()),
        ] {
            let text = quantity_text(&shown).unwrap();
            assert_eq!(quantity(&text), Ok(shown));
        }
        assert_eq!(quantity_text(&Shown::NotAsked), None);
        for text in [
            "",
            "{}",
            r#"{"sum":[1,2]}"#,
            r#"{"ratio":["1",2]}"#,
            r#"{"x":1}"#,
        ] {
            assert!(quantity(text).is_err(), "{text}");
        }
        let label = Label {
            name: "£ \"x\"".to_owned(),
            id: String::new(),
        };
        assert_eq!(
            labels(&labels_text(std::slice::from_ref(&label))),
            Ok(vec![label])
        );
        assert!(labels(r#"[["a"]]"#).is_err());
    }
}
