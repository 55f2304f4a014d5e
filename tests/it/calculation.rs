//! Batches: totals by basis and column, values brought along, faults of the batch as a whole.

use goodmeasure::domain::given::GivenText;
use goodmeasure::operations::calculate::{
    Calculated, Calculation, CalculationLine, InlineProxy, calculate,
};

use crate::examples::catalogue;

fn line(measure: &str, quantity: &str) -> CalculationLine {
    CalculationLine {
        measure: measure.to_owned(),
        period: "2026-27-Q1".to_owned(),
        given: GivenText {
            quantity: Some(quantity.to_owned()),
            ..GivenText::default()
        },
        ..CalculationLine::default()
    }
}

fn bench(code: &str, value: &str) -> InlineProxy {
    InlineProxy {
        code: code.to_owned(),
        unit: "bench".to_owned(),
        value: value.to_owned(),
        column: "effort".to_owned(),
        source_title: "A quotation".to_owned(),
        ..InlineProxy::default()
    }
}

fn asked(lines: Vec<CalculationLine>, inline_proxies: Vec<InlineProxy>) -> Calculation {
    Calculation {
        edition: "open-uk/2026".to_owned(),
        lines,
        inline_proxies,
    }
}

/// Edition, column and worth of each total.
fn totals(calculated: &Calculated) -> Vec<(String, String, String)> {
    let said = |total: &goodmeasure::operations::calculate::Total| {
        let column = total.column.map_or("none", |column| column.word());
        let worth = total
            .worth
            .map_or_else(|| "none".to_owned(), |worth| worth.to_string());
        (total.basis.edition.to_string(), column.to_owned(), worth)
    };
    calculated.totals.iter().map(said).collect()
}

fn codes(asked: &Calculation) -> Vec<String> {
    let faults = calculate(&catalogue(), asked).unwrap_err();
    faults
        .iter()
        .map(|fault| format!("{} {}", fault.pointer, fault.code))
        .collect()
}

#[test]
fn v13_totals_stand_by_basis_and_column() {
    let lines = vec![
        line("donation-cash", "10"),
        line("donation-in-kind", "0.50"),
        line("local-job-fte", "4"),
        line("spend-local", "1000"),
        line("park-bench", "2"),
    ];
    let calculated = calculate(
        &catalogue(),
        &asked(lines, vec![bench("park-bench", "37/3")]),
    )
    .unwrap();
    let expected = [
        ("inline/calculation", "effort", "24.67"),
        ("open-uk/2026", "none", "none"),
        ("open-uk/2026", "local_economic", "39039.00"),
        ("open-uk/2026", "effort", "10.50"),
    ];
    let expected = expected
        .map(|(edition, column, worth)| (edition.to_owned(), column.to_owned(), worth.to_owned()));
    assert_eq!(totals(&calculated), expected);
    assert!(calculated.totals[3].includes_nominal);
    assert_eq!(calculated.totals[2].provisional, 1);
}

#[test]
fn a_total_that_leaves_a_line_out_is_not_said() {
    let lines = vec![line("donation-cash", "10"), line("donation-cash", "ten")];
    let calculated = calculate(&catalogue(), &asked(lines, Vec::new())).unwrap();
    assert!(calculated.totals.is_empty());
    assert!(calculated.lines[0].is_ok());
    let faults: Vec<&str> = calculated
        .faults()
        .map(|fault| fault.pointer.as_str())
        .collect();
    assert_eq!(faults, ["/lines/1/quantity"]);
    assert!(calculated.valued().is_err());
}

#[test]
fn v1_a_total_out_of_range_is_refused() {
    let lines = vec![line("park-bench", "1000000000"); 11];
    let of_many = asked(lines, vec![bench("park-bench", "1000")]);
    assert_eq!(codes(&of_many), ["/lines out_of_range"]);
}

#[test]
fn wrong_values_brought_along_are_refused_all_at_once() {
    let mut wrong = bench("local-job-fte", "1,5");
    wrong.column = "sociable".to_owned();
    wrong.source_title = " ".to_owned();
    let twice = vec![wrong, bench("bench", "1"), bench("bench", "2")];
    assert_eq!(
        codes(&asked(Vec::new(), twice)),
        [
            "/inline_proxies/0/code code_taken",
            "/inline_proxies/0/source_title empty",
            "/inline_proxies/0/column unknown_word",
            "/inline_proxies/0/value not_a_number",
            "/inline_proxies/2/code code_taken",
        ]
    );
    let unknown = Calculation {
        edition: "open-uk/1926".to_owned(),
        ..Calculation::default()
    };
    assert_eq!(codes(&unknown), ["/edition unknown_edition"]);
}
