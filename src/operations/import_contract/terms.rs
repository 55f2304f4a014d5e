//! Value and days of a contract, from the place nearest to it that gives them.

use crate::domain::amount::Pence;
use crate::domain::period::{Day, parse_day};

use super::super::node::Node;
use super::facts::{Days, Notes, Said, Value};
use super::ocds::Chosen;
use super::spot::Spot;

/// An award this many times the tender's estimate, or one part in so many, is remarked upon.
const FAR_APART: i64 = 10;

/// The value: the contract's, else the award's, else the tender's estimate. Net and gross stand apart.
pub(super) fn value(chosen: &Chosen<'_>, notes: &mut Notes) -> Option<Said<Value>> {
    let mut found: Vec<Said<Value>> = Vec::new();
    for (name, part) in chosen.parts() {
        found.extend(part.get("value").and_then(|at| value_at(name, &at, notes)));
    }
    let first = found.first().cloned();
    match &first {
        None => notes.warn("no value was found in the contract, its award or the tender; ratios to it are not available"),
        Some(said) if said.value.from == "tender" => {
            notes.warn("the value is the estimate of the tender: neither contract nor award gives one");
        }
        Some(_) => {}
    }
    if let Some(first) = &first {
        for other in &found[1..] {
            compare(&first.value, &other.value, notes);
        }
    }
    first
}

/// Pounds at one place; an amount of 0 is the publisher's way to say that there is none.
fn value_at(from: &'static str, at: &Spot<'_>, notes: &mut Notes) -> Option<Said<Value>> {
    let before = notes.faults.len();
    let net = pounds(at, "amount", notes);
    let gross = pounds(at, "amountGross", notes);
    if notes.faults.len() > before || (net.is_none() && gross.is_none()) {
        return None;
    }
    let currency = at.text("currency");
    if currency != Some("GBP") {
        let named = currency.map_or("no currency".to_owned(), |word| {
            word.chars().take(60).collect()
        });
        let message = format!("only pounds are taken: currency GBP, not {named}");
        notes.faults.push(at.fault("currency_not_gbp", message));
        return None;
    }
    if net.is_none() {
        notes.warn(format!(
            "the {from} gives a gross value only; the net value is not worked out from it"
        ));
    }
    let value = Value { from, net, gross };
    Some(Said {
        value,
        at: at.at.clone(),
    })
}

fn pounds(value: &Spot<'_>, key: &str, notes: &mut Notes) -> Option<Pence> {
    let at = value.get(key)?;
    let Node::Number(text) = at.node else {
        let message = format!("an amount is a number, not {}", at.node.kind());
        notes.faults.push(at.fault("bad_amount", message));
        return None;
    };
    // 44341.250 is whole pence all the same.
    let text = match text.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            rest => format!("{whole}.{rest}"),
        },
        None => text.clone(),
    };
    match Pence::parse_pounds(&text) {
        Ok(pence) if pence.is_negative() => {
            let message = "an amount may not be below zero";
            notes.faults.push(at.fault("bad_amount", message));
            None
        }
        Ok(pence) => Some(pence).filter(|pence| *pence != Pence::ZERO),
        Err(wrong) => {
            notes.faults.push(at.fault("bad_amount", wrong.to_string()));
            None
        }
    }
}

/// Two places that give values far apart are told of; which one is right is for a person to say.
fn compare(taken: &Value, other: &Value, notes: &mut Notes) {
    let pairs = [
        ("net", taken.net, other.net),
        ("gross", taken.gross, other.gross),
    ];
    for (kind, one, two) in pairs {
        let (Some(one), Some(two)) = (one, two) else {
            continue;
        };
        let (low, high) = (one.min(two).pence(), one.max(two).pence());
        let far = low.saturating_mul(FAR_APART) <= high;
        if far || (other.from != "tender" && one != two) {
            notes.warn(format!(
                "the {} gives £{one} {kind} and the {} £{two}: the {}'s is taken; check which is right",
                taken.from, other.from, taken.from
            ));
        }
    }
}

/// The days: the contract's period, else the award's, the lot's or the tender's.
pub(super) fn days(chosen: &Chosen<'_>, notes: &mut Notes) -> Option<Said<Days>> {
    let mut places: Vec<(&'static str, Spot<'_>)> = Vec::new();
    places.extend(
        chosen
            .contract
            .as_ref()
            .and_then(|one| Some(("contract", one.get("period")?))),
    );
    places.extend(
        chosen
            .award
            .as_ref()
            .and_then(|one| Some(("award", one.get("contractPeriod")?))),
    );
    places.extend(lot(chosen).and_then(|one| Some(("lot", one.get("contractPeriod")?))));
    places.extend(
        chosen
            .tender
            .as_ref()
            .and_then(|one| Some(("tender", one.get("contractPeriod")?))),
    );
    let whole = places
        .into_iter()
        .find(|(_, at)| at.text("startDate").is_some() && at.text("endDate").is_some());
    let Some((from, at)) = whole else {
        let message = "no first and last day: looked for startDate and endDate together in the contract's period, and in contractPeriod of its award, its lot and the tender";
        notes.faults.push(chosen.release.fault("no_days", message));
        return None;
    };
    let starts_on = day(&at, "startDate", notes);
    let ends_on = day(&at, "endDate", notes);
    let mut may_extend_to = at
        .get("maxExtentDate")
        .and_then(|_| day(&at, "maxExtentDate", notes));
    let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on) else {
        return None;
    };
    if may_extend_to.is_some_and(|day| day < ends_on) {
        notes.warn("maxExtentDate comes before the last day and was left out");
        may_extend_to = None;
    }
    let value = Days {
        from,
        starts_on,
        ends_on,
        may_extend_to: may_extend_to.filter(|day| *day > ends_on),
    };
    Some(Said { value, at: at.at })
}

/// The lot that the contract or its award is for: the one it names, or the only one.
fn lot<'a>(chosen: &Chosen<'a>) -> Option<Spot<'a>> {
    let lots = chosen.tender.as_ref()?.items("lots");
    let named = [&chosen.contract, &chosen.award]
        .into_iter()
        .flatten()
        .map(|part| part.words("relatedLots"))
        .find(|names| !names.is_empty());
    match named.as_deref() {
        Some([one]) => lots.into_iter().find(|lot| lot.id() == Some(*one)),
        Some(_) => None,
        None if lots.len() == 1 => lots.into_iter().next(),
        None => None,
    }
}

/// The calendar day as it is written: 23:59:59+01:00 stays that day, whatever day it is in UTC.
fn day(period: &Spot<'_>, key: &str, notes: &mut Notes) -> Option<Day> {
    let text = period.text(key).unwrap_or_default();
    let (date, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let found = parse_day(date).filter(|_| rest.is_empty() || rest.starts_with('T'));
    if found.is_none() {
        let at = format!("{}/{key}", period.at);
        let message = "a day begins a date and time such as 2027-03-31T23:59:59+01:00";
        notes
            .faults
            .push(crate::domain::fault::Fault::new(at, "not_a_day", message));
    }
    found
}
