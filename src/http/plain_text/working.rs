//! A working in the words of those who manage contracts: the same steps that `goodmeasure value` writes, with where
//! values come from and what became of it.

use crate::domain::ledger::posting::Stage;
use crate::domain::measure::Column;
use crate::domain::reading::pounds;

use super::super::problem::ProblemFault;
use super::super::working::WorkingShown;
use super::super::working::part::WorkedPartShown;
use super::super::working::stage::{PostingShown, StageWorking};
use super::Page;

/// What a column is called.
#[must_use]
pub fn column_named(column: Option<&str>) -> &'static str {
    match column.and_then(Column::parse) {
        Some(Column::Social) => "social value",
        Some(Column::LocalEconomic) => "local economic value",
        Some(Column::Effort) => "effort, at replacement cost",
        Some(Column::Fiscal) => "fiscal value",
        None => "no value in pounds",
    }
}

/// What a stage is called at the head of a line.
#[must_use]
pub fn stage_named(stage: Stage) -> &'static str {
    match stage {
        Stage::Committed => "Committed",
        Stage::Claimed => "Claimed",
        Stage::Evidenced => "Evidenced",
        Stage::Verified => "Verified",
    }
}

/// A moment as people read it: to the second, UTC.
#[must_use]
pub fn moment_named(moment: &str) -> String {
    let (day, time) = moment.split_once('T').unwrap_or((moment, ""));
    format!("{day} {} UTC", time.get(..8).unwrap_or(time))
}

/// An amount, or that there is none.
#[must_use]
pub fn worth_named(worth: Option<&str>) -> String {
    worth.map_or_else(|| "counted, without £".to_owned(), pounds)
}

/// The head of what was valued by one edition.
pub fn by_edition(page: &mut Page, edition: &str, method: &str) {
    page.say(
        0,
        &format!("Valued by the edition {edition}. How it values:"),
    );
    page.say(2, method);
}

/// What is to be said of the values at the end.
pub fn at_the_end(page: &mut Page, warnings: &[String], attribution: &[String]) {
    for (heading, texts) in [
        ("Warnings", warnings),
        ("Sources and licences", attribution),
    ] {
        if !texts.is_empty() {
            page.heading(heading);
        }
        for text in texts {
            page.say(0, text);
        }
    }
}

/// The head of a line: its name, and its measure as any of its stages has it.
#[must_use]
pub fn headed<'a>(line: &str, stages: impl Iterator<Item = &'a Option<StageWorking>>) -> String {
    let mut named = stages.flatten().map(|one| &one.working);
    let line = match line.strip_prefix("commitment ") {
        Some(number) => format!("Commitment {number}"),
        None => format!("Line {line}"),
    };
    match named.next() {
        Some(working) => format!("{line}: {} ({})", working.title, working.measure),
        None => line,
    }
}

/// Says that there is a further page, and how to ask for it.
pub fn more(page: &mut Page, next_cursor: Option<&str>) {
    if let Some(cursor) = next_cursor {
        page.gap();
        let text = format!("There is more. The next page is asked for with cursor={cursor}");
        page.say(0, &text);
    }
}

/// The stages of a line; those worked out alike are told once.
pub fn stages(page: &mut Page, all: &[(Stage, &Option<StageWorking>)], faults: &[ProblemFault]) {
    let there = all.iter();
    let there = there.filter_map(|(stage, one)| Some((*stage, one.as_ref()?)));
    let mut alike: Vec<Vec<(Stage, &StageWorking)>> = Vec::new();
    for (stage, one) in there {
        match alike.last_mut() {
            Some(group) if group.first().is_some_and(|(_, first)| is_alike(first, one)) => {
                group.push((stage, one));
            }
            _ => alike.push(vec![(stage, one)]),
        }
    }
    for group in alike {
        page.gap();
        let names: Vec<&str> = group.iter().map(|(stage, _)| stage_named(*stage)).collect();
        if let Some((_, first)) = group.first() {
            one(page, &names.join(", "), &first.working);
        }
        let posted = group
            .iter()
            .flat_map(|(stage, one)| one.postings.iter().map(|posting| (*stage, posting)));
        let posted: Vec<(Stage, &PostingShown)> = posted.collect();
        postings(page, &posted);
    }
    for fault in faults {
        page.say(0, &format!("It cannot be valued: {}", fault.message));
    }
}

fn is_alike(one: &StageWorking, other: &StageWorking) -> bool {
    let texts = |working: &StageWorking| {
        let steps = working.working.steps.iter();
        let steps: Vec<String> = steps.map(|step| step.text.clone()).collect();
        (
            steps,
            working.working.worth.clone(),
            working.working.quantity.clone(),
        )
    };
    texts(one) == texts(other)
}

/// One working: what it is worth, how that was worked out, and where the values come from.
pub fn one(page: &mut Page, name: &str, working: &WorkingShown) {
    let of = match &working.worth {
        Some(_) => format!(", {}", column_named(working.column.as_deref())),
        None => String::new(),
    };
    page.say(
        0,
        &format!("{name}: {}{of}", worth_named(working.worth.as_deref())),
    );
    page.say(2, "How it was worked out");
    for step in &working.steps {
        page.say(4, &step.text);
    }
    let mut told: Vec<String> = Vec::new();
    for part in &working.parts {
        let text = value_of(part);
        if !told.contains(&text) {
            told.push(text);
        }
    }
    if !told.is_empty() {
        page.say(2, "Where the values come from");
    }
    for text in told {
        page.say(4, &text);
    }
}

fn value_of(part: &WorkedPartShown) -> String {
    let value = &part.unit_value;
    let year = value.year.as_ref().map(|year| format!(" in {year}"));
    let mut text = format!(
        "{}, for {}{}",
        part.proxy_title,
        value.place,
        year.unwrap_or_default()
    );
    if let Some(because) = &part.chosen_because {
        text = format!("{text}: {because}");
    }
    text.push('.');
    if let Some(source) = &part.source {
        let place_in_it = source.place_in_it.iter().map(|place| format!(", {place}"));
        text = format!(
            "{text} Source: {}, {} ({}){}, {}.",
            source.title,
            source.publisher,
            source.year,
            place_in_it.collect::<String>(),
            source.url
        );
    }
    match &part.licence {
        Some(licence) => format!("{text} Licence: {licence}."),
        None => text,
    }
}

fn postings(page: &mut Page, posted: &[(Stage, &PostingShown)]) {
    if posted.is_empty() {
        return;
    }
    page.say(2, "What it became in the ledger");
    for (stage, posting) in posted {
        let share = posting.share.as_deref().filter(|share| *share != "1");
        let share = share.map(|share| format!(", which holds {share} of the contract"));
        let text = format!(
            "{}: posting {} of {}, for {}{}: {} ({})",
            stage_named(*stage),
            posting.sequence,
            moment_named(&posting.recorded_at),
            posting.anchor_institution.name,
            share.unwrap_or_default(),
            worth_named(posting.worth.as_deref()),
            posting.reason,
        );
        page.say(4, &text);
        page.say(6, &format!("hash:{}", posting.hash));
    }
}
