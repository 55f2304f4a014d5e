//! How things are told in the audit: whole, but for words that somebody wrote as evidence or beside it. Of those it
//! says only that they are there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::domain::amount::Quantity;
use crate::domain::commitment::{Commitment, Target, TargetVersion};
use crate::domain::contract::{Contract, Rebasing, Terms};
use crate::domain::funding::{ContractKind, Funder, Funding};
use crate::domain::organisation::Organisation;
use crate::domain::place::Place;
use crate::domain::report::{ReportLine, Revision, State};
use crate::domain::valuation::Reported;

/// So many lines that differ are told of a draft; the rest is counted. What is submitted is kept whole elsewhere.
const MOST_LINES: usize = 50;

fn maybe<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// A place.
pub fn place(place: &Place) -> Value {
    json!({
        "name": place.name, "kind": place.kind, "parent": place.parent, "gss": place.gss,
        "valid_from": maybe(place.valid_from), "valid_to": maybe(place.valid_to)
    })
}

/// An organisation.
pub fn organisation(one: &Organisation) -> Value {
    let identifiers = one.identifiers.iter();
    let identifiers: Vec<Value> = identifiers
        .map(|identifier| json!([identifier.scheme, identifier.id]))
        .collect();
    let predecessors = one.predecessors.iter();
    let predecessors: Vec<Value> = predecessors
        .map(|before| json!([before.organisation, before.on.to_string()]))
        .collect();
    let dated = one.anchor_institution.unwrap_or_default();
    json!({
        "name": one.name, "kind": one.kind, "scale": one.scale, "place": one.place,
        "anchor_institution": one.anchor_institution.is_some(),
        "anchor_from": maybe(dated.from), "anchor_to": maybe(dated.to),
        "identifiers": identifiers, "predecessors": predecessors
    })
}

/// A contract with the terms that it begins with.
pub fn contract(contract: &Contract) -> Value {
    let deliverer = match contract.kind {
        ContractKind::Contract => "supplier",
        _ => "delivered_by",
    };
    json!({
        "reference": contract.reference, "ocid": contract.ocid, "kind": contract.kind.word(),
        deliverer: contract.supplier, "funding": funding(&contract.funding),
        "edition": contract.edition.to_string(), "reporting": contract.reporting.word(),
        "starts_on": contract.starts_on.to_string(), "terms": contract.current().map(terms)
    })
}

/// The edition that a contract rests on.
pub fn edition_of(contract: &Contract) -> Value {
    json!({ "edition": contract.edition.to_string() })
}

/// A change of it.
pub fn rebasing(rebasing: &Rebasing) -> Value {
    json!({ "number": rebasing.number, "edition": rebasing.to.to_string(), "reason": rebasing.reason })
}

/// Whose money pays a contract.
fn funding(funding: &Funding) -> Value {
    let (funder, name) = match &funding.funder {
        Some(Funder::Organisation(id)) => (Some(id), None),
        Some(Funder::Named(name)) => (None, Some(name)),
        None => (None, None),
    };
    json!({
        "source": funding.source.word(), "funder": funder, "funder_name": name,
        "reference": funding.reference, "contract": funding.contract
    })
}

/// Terms of a contract.
pub fn terms(terms: &Terms) -> Value {
    let shares = terms.shares.parts().iter();
    let shares: Vec<Value> = shares
        .map(|(anchor, share)| json!([anchor, share.to_string()]))
        .collect();
    json!({
        "version": terms.version, "effective_on": terms.effective_on.to_string(), "reason": terms.reason,
        "title": terms.title, "ends_on": terms.ends_on.to_string(), "place": terms.place,
        "may_extend_to": maybe(terms.may_extend_to), "value": maybe(terms.value),
        "value_gross": maybe(terms.value_gross), "shares": shares
    })
}

/// A commitment with the target that it begins with.
pub fn commitment(commitment: &Commitment) -> Value {
    json!({
        "measure": commitment.measure, "kpi": commitment.kpi, "place": commitment.place,
        "counted_separately": commitment.counted_separately, "target": commitment.versions.last().map(target)
    })
}

/// A target.
pub fn target(version: &TargetVersion) -> Value {
    let promised = |figures_of: &Reported| match figures_of {
        Reported::Text(text) => json!({ "text": text }),
        other => Value::Object(figures(other)),
    };
    let target = match &version.target {
        Target::Whole(whole) => json!({ "whole": promised(whole) }),
        Target::ByPeriod(targets) => targets
            .iter()
            .map(|(period, figures)| (period.label(), promised(figures)))
            .collect::<Map<_, _>>()
            .into(),
    };
    let mut told = json!({
        "version": version.version, "effective_on": version.effective_on.to_string(),
        "reason": version.reason, "target": target
    });
    if let Some(adjusting) = &version.adjusting {
        let changes: BTreeMap<&str, String> = adjusting.changes.named().into_iter().collect();
        told["adjustments"] = json!(changes);
        told["adjusted_because"] = json!(adjusting.reason);
    }
    told
}

/// A revision of a return, with those of its lines that another revision does not have.
pub fn revision(revision: &Revision, beside: Option<&Revision>) -> Value {
    let same = |line: &&ReportLine| beside.is_some_and(|beside| beside.lines.contains(line));
    let mut differing = revision.lines.iter().filter(|line| !same(line));
    let told = differing.by_ref().take(MOST_LINES);
    let lines: Map<String, Value> = told.map(|one| (one.line.clone(), line(one))).collect();
    json!({
        "revision": revision.number, "state": revision.state.word(), "lines": lines,
        "lines_not_told": differing.count(), "lines_in_all": revision.lines.len(),
        "contract_and_period_only": revision.attestation.contract_and_period_only,
        "relates_to_commitment": revision.attestation.relates_to_commitment
    })
}

/// A line as it is reported; of a note that there is one, of evidence how many pieces.
fn line(line: &ReportLine) -> Value {
    let mut told = figures(&line.reported);
    told.insert("measure".to_owned(), json!(line.measure));
    let rest = [
        ("starters", maybe(line.starters).map(Value::String)),
        ("place", line.place.clone().map(Value::String)),
        ("target_group", line.target_group.clone().map(Value::String)),
        ("tier", (line.tier > 0).then(|| json!(line.tier))),
        ("activity", line.activity.clone().map(Value::String)),
        ("contract_share", share(line).map(Value::String)),
        (
            "share_and_attribution",
            line.share_and_attribution
                .is_some()
                .then_some(Value::Bool(true)),
        ),
        ("note", line.note.is_some().then_some(Value::Bool(true))),
        (
            "evidence",
            (!line.evidence.is_empty()).then(|| json!(line.evidence.len())),
        ),
    ];
    let rest = rest
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    told.extend(rest);
    Value::Object(told)
}

fn share(line: &ReportLine) -> Option<String> {
    let share = line.contract_share.to_string();
    (share != "1").then_some(share)
}

/// A decision, with the figures of the lines that are not accepted as claimed; it says so where one and the same
/// submitted and decided.
pub fn decision(revision: i64, state: &State) -> Value {
    let reason = state.decided().and_then(|decided| decided.reason.clone());
    let lowered: Map<String, Value> = match state {
        State::Accepted(_, _, lines) => lines
            .iter()
            .map(|one| {
                let mut accepted = figures(&one.accepted);
                accepted.insert("reason".to_owned(), json!(one.reason));
                (one.line.clone(), Value::Object(accepted))
            })
            .collect(),
        _ => Map::new(),
    };
    let mut told =
        json!({"revision": revision, "state": state.word(), "reason": reason, "lowered": lowered});
    let decider = state.decided().map(|decided| &decided.done.by);
    if decider.is_some() && decider == state.submitted().map(|done| &done.by) {
        told["same_actor"] = json!(true);
    }
    told
}

/// Figures; of words only that there are some.
fn figures(reported: &Reported) -> Map<String, Value> {
    let parts = |parts: &std::collections::BTreeMap<String, Quantity>| -> Value {
        let parts = parts.iter();
        parts
            .map(|(code, part)| (code.clone(), json!(part.to_string())))
            .collect::<Map<_, _>>()
            .into()
    };
    let told = match reported {
        Reported::Quantity(quantity) => vec![("quantity", json!(quantity.to_string()))],
        Reported::Components(all) => vec![("components", parts(all))],
        Reported::Ratio {
            numerator,
            denominator,
        } => vec![
            ("numerator", json!(numerator.to_string())),
            ("denominator", json!(denominator.to_string())),
        ],
        Reported::Planned {
            quantity,
            parts: all,
        } => vec![("quantity", json!(maybe(*quantity))), ("parts", parts(all))],
        Reported::Answer(answer) => vec![("answer", json!(answer))],
        Reported::Text(_) => vec![("text", json!(true))],
    };
    let told = told.into_iter().map(|(key, value)| (key.to_owned(), value));
    told.collect()
}
