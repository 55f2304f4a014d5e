//! Compares what came of an example with what it expects.

use std::fmt::Display;

use goodmeasure::domain::amount::{Pence, Quantity, Worth, pounds_text};
use goodmeasure::domain::exact::decimal_or_fraction;
use goodmeasure::domain::fault::Fault;
use goodmeasure::domain::measure::Column;
use goodmeasure::domain::valuation::Valued;
use goodmeasure::domain::valuation::steps::shown;
use goodmeasure::operations::calculate::Calculated;
use toml::Spanned;

use super::Place;
use super::format::{Example, Line};

struct Compare<'a> {
    place: &'a Place<'a>,
    wrong: &'a mut Vec<String>,
}

impl Compare<'_> {
    fn equal<T: Display>(&mut self, what: &str, expected: Option<&Spanned<T>>, came: &str) {
        if let Some(expected) = expected
            && expected.get_ref().to_string() != came
        {
            let at = self.place.at(expected.span().start);
            let expected = expected.get_ref();
            self.wrong
                .push(format!("{at}: {what} is {came}, expected {expected}"));
        }
    }
}

pub(crate) fn line(
    line: &Line,
    came: &Result<Valued, Vec<Fault>>,
    place: &Place<'_>,
    wrong: &mut Vec<String>,
) {
    let at = place.at(line.measure.span().start);
    let expect = &line.expect;
    let valued = match (came, &expect.refused) {
        (Ok(valued), None) => valued,
        (Ok(_), Some(codes)) => {
            wrong.push(format!(
                "{at}: taken, expected to be refused: {:?}",
                codes.all()
            ));
            return;
        }
        (Err(faults), None) => {
            let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
            wrong.push(format!("{at}: refused: {}", said.join("; ")));
            return;
        }
        (Err(faults), Some(codes)) => {
            let mut codes = codes.all();
            let mut came: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
            codes.sort_unstable();
            came.sort_unstable();
            if codes != came {
                wrong.push(format!("{at}: refused as {came:?}, expected {codes:?}"));
            }
            return;
        }
    };
    let steps: Vec<String> = valued
        .working
        .steps()
        .into_iter()
        .map(|step| step.text)
        .collect();
    for wanted in expect.step.iter().flat_map(|steps| steps.all()) {
        if !steps.iter().any(|step| step.contains(wanted)) {
            let came = steps.join("\n    ");
            wrong.push(format!("{at}: no step holds {wanted:?}:\n    {came}"));
        }
    }
    figures(line, valued, &mut Compare { place, wrong });
}

fn figures(line: &Line, valued: &Valued, compare: &mut Compare<'_>) {
    let (expect, working) = (&line.expect, &valued.working);
    let none = || "none".to_owned();
    let worth = valued.worth.pence().map_or_else(none, pounds_text);
    compare.equal("worth", expect.worth.as_ref(), &worth);
    let end = |end: Option<Pence>| end.map_or_else(none, |end| end.to_string());
    compare.equal("low", expect.low.as_ref(), &end(working.ends.low));
    compare.equal("high", expect.high.as_ref(), &end(working.ends.high));
    if let Some(expected) = &expect.unrounded {
        let exactly = decimal_or_fraction(expected.get_ref(), 50).ok();
        let came = working.unrounded.as_ref();
        if exactly.as_ref() != came {
            compare.equal("unrounded", Some(expected), &came.map_or_else(none, shown));
        }
    }
    let quantity = valued
        .quantity
        .map_or_else(none, |quantity| quantity.to_string());
    compare.equal("quantity", expect.quantity.as_ref(), &quantity);
    let column = working
        .column
        .map_or_else(none, |column| column.to_string());
    compare.equal("column", expect.column.as_ref(), &column);
    for (what, expected, came) in [
        ("provisional", &expect.provisional, working.is_provisional()),
        ("face_value", &expect.face_value, working.includes_nominal()),
        (
            "record_only",
            &expect.record_only,
            valued.worth == Worth::RecordOnly,
        ),
    ] {
        compare.equal(what, expected.as_ref(), &came.to_string());
    }
}

pub(crate) fn totals(
    example: &Example,
    calculated: &Calculated,
    place: &Place<'_>,
    wrong: &mut Vec<String>,
) {
    let mut compare = Compare { place, wrong };
    for (key, expected) in &example.total {
        let came = if key == "quantity" {
            let lines = calculated.lines.iter().flatten();
            let micro = lines
                .filter_map(|valued| valued.quantity)
                .map(Quantity::micro)
                .sum();
            Quantity::from_micro(micro).unwrap().to_string()
        } else {
            let column = Column::parse(key).unwrap_or_else(|| panic!("{key} is no column"));
            let mut of_column = calculated
                .totals
                .iter()
                .filter(|total| total.column == Some(column));
            let total = of_column.next().and_then(|total| total.worth);
            total.map_or_else(|| "none".to_owned(), |worth| worth.to_string())
        };
        compare.equal(&format!("total {key}"), Some(expected), &came);
    }
}
