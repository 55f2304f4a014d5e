//! Whole stories over HTTP, on both databases: what was promised and done, corrected and amended, with every
//! total worked out on paper and the books clean after each step.

mod adjusting;
mod amendments;
mod audit;
mod counting;
mod crosswalk;
mod editions;
mod explained;
mod explained_pages;
mod full;
mod kept_methods;
mod known;
mod next_edition;
mod own_series;
pub mod portfolio;
pub mod published;
mod quarters;
mod ranges;
mod rebasing;
mod restated;
mod scopes;
mod scopes_before;
mod tampering;
mod twice;

use std::collections::BTreeMap;

use goodmeasure::operations::Actor;
use goodmeasure::operations::verify::{Verified, verify};
use serde_json::Value;

use crate::support::app::App;

/// The four stages, in order.
const STAGES: [&str; 4] = ["committed", "claimed", "evidenced", "verified"];

async fn verified(app: &App) -> Verified {
    let actor = Actor::administrator("default", "test");
    verify(&app.office, &actor, |_| ()).await.unwrap()
}

/// Nothing differs from what its working gives.
async fn books_are_clean(app: &App, step: &str) {
    let found = verified(app).await;
    assert!(
        found.differences.is_empty(),
        "{step}: {:?}",
        found.differences
    );
}

async fn value(app: &App, contract: &str) -> Value {
    let answer = app.get(&format!("{contract}/value")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// The measure of a value, committed to or not.
fn measure<'a>(value: &'a Value, code: &str) -> &'a Value {
    let all = ["measures", "not_committed"]
        .iter()
        .flat_map(|key| value[*key].as_array().unwrap());
    let mut own = all.filter(|one| one["measure"] == code);
    own.next().unwrap_or_else(|| panic!("{code} is not there"))
}

/// Pence of an amount such as `-12.05`.
fn pence(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// Pence by stage and column, as a roll-up by anchor institution gives them to each: no anchor is left out.
async fn by_anchor(app: &App, query: &str) -> BTreeMap<(String, String), BTreeMap<String, i64>> {
    let stages = STAGES.join(",");
    let path = format!("/v1/roll-ups?by=anchor_institution&stage={stages}&limit=200{query}");
    let answer = app.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rolled = answer.json();
    let mut found: BTreeMap<(String, String), BTreeMap<String, i64>> = BTreeMap::new();
    for row in rolled["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| !row["worth"].is_null())
    {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let anchor = text(&row["by"]["anchor_institution"]["name"]);
        let key = (text(&row["stage"]), text(&row["column"]));
        found
            .entry(key)
            .or_default()
            .insert(anchor, pence(&row["worth"]));
    }
    found
}
