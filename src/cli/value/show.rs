//! The answer as a table for people, as CSV for spreadsheets, as JSON for programs.

use std::io::Write;

use serde::Serialize;

use super::super::sheet::cell;
use super::rows::Rows;
use crate::cli::layout::Table;
use crate::domain::measure::Column;
use crate::domain::reading::pounds;
use crate::domain::valuation::Valued;
use crate::domain::valuation::steps::shown;
use crate::operations::calculate::{Calculated, Total};

/// One valued row.
#[derive(Serialize)]
struct Line {
    row: u64,
    measure: String,
    title: String,
    period: String,
    place: Option<String>,
    quantity: Option<String>,
    unit: String,
    contract_share: String,
    column: Option<&'static str>,
    worth: Option<String>,
    unrounded: Option<String>,
    record_only: bool,
    provisional: bool,
    includes_nominal: bool,
    edition: String,
    price_base: String,
    working: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    step: &'static str,
    text: String,
}

#[derive(Serialize)]
struct TotalLine {
    edition: String,
    price_base: String,
    column: Option<&'static str>,
    worth: Option<String>,
    lines: u64,
    provisional_lines: u64,
    includes_nominal: bool,
}

#[derive(Serialize)]
struct Answer {
    edition: String,
    digest: String,
    lines: Vec<Line>,
    totals: Vec<TotalLine>,
}

fn lines(rows: &Rows, calculated: &Calculated, brief: bool) -> Vec<Line> {
    let valued = calculated
        .lines
        .iter()
        .filter_map(|line| line.as_ref().ok());
    rows.rows
        .iter()
        .zip(valued)
        .map(|(row, valued)| line(row.number, row.line.place.clone(), valued, brief))
        .collect()
}

fn line(row: u64, place: Option<String>, valued: &Valued, brief: bool) -> Line {
    let working = &valued.working;
    let steps = if brief { Vec::new() } else { working.steps() };
    Line {
        row,
        measure: working.measure.clone(),
        title: working.title.clone(),
        period: working.period.label(),
        place,
        quantity: valued.quantity.map(|quantity| quantity.to_string()),
        unit: working.unit.clone(),
        contract_share: working.contract_share.to_string(),
        column: working.column.map(Column::word),
        worth: valued.worth.pence().map(crate::domain::amount::pounds_text),
        unrounded: working.unrounded.as_ref().map(shown),
        record_only: working.unrounded.is_none(),
        provisional: working.is_provisional(),
        includes_nominal: working.includes_nominal(),
        edition: working.edition.to_string(),
        price_base: working.price_base.clone(),
        working: steps
            .into_iter()
            .map(|step| Step {
                step: step.kind,
                text: step.text,
            })
            .collect(),
    }
}

fn total(total: &Total) -> TotalLine {
    TotalLine {
        edition: total.basis.edition.to_string(),
        price_base: total.basis.price_base.clone(),
        column: total.column.map(Column::word),
        worth: total.worth.map(|worth| worth.to_string()),
        lines: total.lines,
        provisional_lines: total.provisional,
        includes_nominal: total.includes_nominal,
    }
}

pub(super) fn json(
    mut out: impl Write,
    rows: &Rows,
    calculated: &Calculated,
) -> anyhow::Result<()> {
    let answer = Answer {
        edition: calculated.edition.id().to_string(),
        digest: calculated.edition.digest().to_owned(),
        lines: lines(rows, calculated, false),
        totals: calculated.totals.iter().map(total).collect(),
    };
    serde_json::to_writer_pretty(&mut out, &answer)?;
    writeln!(out)?;
    Ok(())
}

/// One row a line; totals go to standard error, so that a sum over the column stays right.
pub(super) fn csv(out: impl Write, rows: &Rows, calculated: &Calculated) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "row",
        "measure",
        "title",
        "period",
        "place",
        "quantity",
        "unit",
        "contract_share",
        "column",
        "worth",
        "unrounded",
        "record_only",
        "provisional",
        "includes_nominal",
        "edition",
        "price_base",
        "working",
    ])?;
    for line in lines(rows, calculated, false) {
        let working: Vec<String> = line.working.into_iter().map(|step| step.text).collect();
        let cells = [
            line.row.to_string(),
            line.measure,
            line.title,
            line.period,
            line.place.unwrap_or_default(),
            line.quantity.unwrap_or_default(),
            line.unit,
            line.contract_share,
            line.column.unwrap_or_default().to_owned(),
            line.worth.unwrap_or_default(),
            line.unrounded.unwrap_or_default(),
            line.record_only.to_string(),
            line.provisional.to_string(),
            line.includes_nominal.to_string(),
            line.edition,
            line.price_base,
            working.join("; "),
        ];
        writer.write_record(cells.iter().map(|text| cell(text).into_owned()))?;
    }
    writer.flush()?;
    for line in totals(calculated) {
        eprintln!("{line}");
    }
    Ok(())
}

pub(super) fn table(
    mut out: impl Write,
    rows: &Rows,
    calculated: &Calculated,
    brief: bool,
) -> anyhow::Result<()> {
    let header = [
        "row", "measure", "period", "quantity", "unit", "column", "worth", "notes",
    ];
    let mut table = Table::new(&header, &["row", "quantity", "worth"]);
    let lines = lines(rows, calculated, brief);
    for line in &lines {
        let mut notes = Vec::new();
        notes.extend(line.provisional.then_some("provisional"));
        notes.extend(line.includes_nominal.then_some("face value"));
        table.row(vec![
            line.row.to_string(),
            line.measure.clone(),
            line.period.clone(),
            line.quantity.clone().unwrap_or_else(|| "–".to_owned()),
            line.unit.clone(),
            line.column.unwrap_or("–").to_owned(),
            line.worth
                .as_deref()
                .map_or_else(|| "record only".to_owned(), pounds),
            notes.join(", "),
        ]);
    }
    let mut laid_out = table.lines().into_iter();
    for header in laid_out.by_ref().take(1) {
        writeln!(out, "{header}")?;
    }
    for (text, line) in laid_out.zip(&lines) {
        writeln!(out, "{text}")?;
        for step in &line.working {
            writeln!(out, "       {}", step.text)?;
        }
    }
    writeln!(out)?;
    for line in totals(calculated) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Totals by basis and column; columns are never added up.
fn totals(calculated: &Calculated) -> Vec<String> {
    let header = ["total", "worth", "lines", "notes", "basis"];
    let mut table = Table::new(&header, &["worth", "lines"]);
    for total in &calculated.totals {
        let mut notes = Vec::new();
        if total.provisional > 0 {
            notes.push(format!("{} provisional", total.provisional));
        }
        if total.includes_nominal {
            notes.push("includes face values".to_owned());
        }
        table.row(vec![
            total.column.map_or("record only", Column::word).to_owned(),
            total
                .worth
                .map_or_else(|| "–".to_owned(), |worth| pounds(&worth.to_string())),
            total.lines.to_string(),
            notes.join(", "),
            total.basis.to_string(),
        ]);
    }
    table.lines()
}
