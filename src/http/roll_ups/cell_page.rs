//! The working of a cell, as a page for people.

use super::super::plain_text::Page;
use super::super::plain_text::working::{column_named, moment_named, more, worth_named};
use super::cell::{CellPostingShown, CellWorkingShown};
use super::shown::RollUpRowShown;

impl CellWorkingShown {
    /// The same for people.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::titled("The working of one row of a roll-up");
        if let Some(then) = &self.as_known_at {
            page.say(0, &format!("As it was known at {}.", moment_named(then)));
        }
        for (dimension, label) in &self.cell.by {
            let mut letters = dimension.replace('_', " ").chars().collect::<Vec<_>>();
            letters
                .iter_mut()
                .take(1)
                .for_each(|one| one.make_ascii_uppercase());
            let dimension: String = letters.into_iter().collect();
            page.say(0, &format!("{dimension}: {}", label.name));
        }
        let (cell, basis) = (&self.cell, &self.cell.basis);
        let edition = basis.edition.as_deref().unwrap_or_default();
        let prices = &basis.price_base;
        page.say(0, &format!("Stage: {}", cell.stage));
        page.say(0, &format!("Paid by: {}", paid_by(cell.funding)));
        page.say(
            0,
            &format!("Valued by the edition {edition}, at prices of {prices}"),
        );
        page.gap();
        let of = cell.column.as_deref().map(|one| column_named(Some(one)));
        let of = of.map(|of| format!(", {of}")).unwrap_or_default();
        page.say(0, &format!("{}{of}", worth_named(cell.worth.as_deref())));
        page.say(0, &counted(cell));
        page.heading("What it adds up");
        let items = self.items.iter().map(CellPostingShown::told);
        page.amounts(&items.collect::<Vec<_>>());
        if self.next_cursor.is_none() && cell.worth.is_some() {
            page.gap();
            page.say(
                0,
                "The amounts of all pages add up to that of the row, to the penny.",
            );
        }
        more(&mut page, self.next_cursor.as_deref());
        page
    }
}

/// A funding source in the words of a page.
fn paid_by(source: &str) -> &str {
    match source {
        "contract_price" => "the price of a contract",
        "grant" => "a grant",
        _ => "own resources",
    }
}

/// How much of what, and in how many lines.
fn counted(cell: &RollUpRowShown) -> String {
    let lines = &cell.lines;
    let mut said = Vec::new();
    for (number, what) in [
        (lines.valued, "with a value"),
        (lines.record_only, "counted without one"),
        (lines.provisional, "provisional"),
        (
            lines.includes_nominal,
            "with a face value that is never re-based",
        ),
    ] {
        if number != 0 {
            let line = if number == 1 { "line" } else { "lines" };
            said.push(format!("{number} {line} {what}"));
        }
    }
    let quantity = cell.quantity.as_ref();
    let quantity = quantity.and_then(|one| one.quantity.as_ref().zip(one.unit.as_ref()));
    if let Some((quantity, unit)) = quantity {
        said.insert(0, format!("{quantity} {unit}"));
    }
    said.join(", ")
}

impl CellPostingShown {
    /// What it adds, and what it is.
    fn told(&self) -> (String, Vec<String>) {
        let line = match self.line.starts_with("commitment ") {
            true => self.line.clone(),
            false => format!("line {}", self.line),
        };
        let mut said = vec![
            format!(
                "{}, posting {} of {}",
                self.contract.name,
                self.sequence,
                moment_named(&self.recorded_at)
            ),
            format!("{}, {}: {}", self.period, line, self.measure.name),
            format!(
                "for {}, by {}",
                self.anchor_institution.name, self.supplier.name
            ),
            self.reason.clone(),
        ];
        said.extend(self.reverses.map(|one| format!("takes back posting {one}")));
        let back = self.reversed_by;
        said.extend(back.map(|one| format!("taken back by posting {one}")));
        said.push(format!("hash:{}", self.hash));
        (worth_named(self.worth.as_deref()), said)
    }
}
