//! What a commitment adjusts, as a JSON text: `{"because":"...","changes":{"deadweight":"0.4"}}`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::codec::Unreadable;
use crate::domain::commitment::adjusting::Adjusting;
use crate::domain::effect::Deduction;
use crate::domain::effect::given::AdjustmentsGiven;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    because: String,
    changes: BTreeMap<String, String>,
}

/// Writes it, always in the same way.
pub(crate) fn adjusting_text(adjusting: &Adjusting) -> String {
    let named = adjusting.changes.named().into_iter();
    let changes: BTreeMap<&str, String> = named.collect();
    serde_json::json!({ "because": adjusting.reason, "changes": changes }).to_string()
}

/// Reads what [`adjusting_text`] writes.
pub(crate) fn adjusting(text: &str) -> Result<Adjusting, Unreadable> {
    let stored: Stored = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut rest = stored.changes;
    let mut take = |name: &str| rest.remove(name);
    let years = |text: Option<String>| {
        let read = text.map(|text| text.parse::<i64>());
        read.transpose().map_err(|error| error.to_string())
    };
    let given = AdjustmentsGiven {
        deductions: Deduction::ALL
            .iter()
            .map(|what| (*what, take(what.word())))
            .collect(),
        multiplier: take("multiplier"),
        starts_after_years: years(take("starts_after_years"))?,
        duration_years: years(take("duration_years"))?,
        drop_off: take("drop_off"),
        discounted_by: take("discounted_by"),
    };
    let mut faults = Vec::new();
    let changes = given.read(&mut faults);
    match (faults.first(), rest.keys().next()) {
        (Some(fault), _) => Err(fault.to_string()),
        (None, Some(key)) => Err(format!("unknown key {key}")),
        (None, None) => Ok(Adjusting {
            changes,
            reason: stored.because,
        }),
    }
}
