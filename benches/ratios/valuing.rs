//! Valuing ten lines against parsing them, and against multiplying ten decimals.

use std::hint::black_box;

use bigdecimal::BigDecimal;
use goodmeasure::domain::given::GivenText;
use goodmeasure::operations::calculate::{Calculation, CalculationLine, calculate};
use serde_json::{Value, json};

use crate::client::{Client, request};
use crate::meter::{ROUNDS, each, each_by_others};
use crate::table::{Goal, Table};
use crate::world::{KEY, World, serve_fixed};

/// Ten lines: measures with a plain quantity.
pub const LINES: [(&str, &str); 10] = [
    ("local-job-fte", "12.5"),
    ("local-job-supply-chain-fte", "3"),
    ("work-placement-hours", "120"),
    ("spend-local", "25000.75"),
    ("spend-vcse", "1200"),
    ("business-mentoring-hours", "14.5"),
    ("volunteering-hours", "320"),
    ("expert-volunteering-hours", "18.25"),
    ("car-miles-saved", "10000"),
    ("trees-planted", "150"),
];

fn calculation() -> Calculation {
    let lines = LINES.map(|(measure, quantity)| CalculationLine {
        measure: measure.to_owned(),
        period: "2025-26-Q2".to_owned(),
        given: GivenText {
            quantity: Some(quantity.to_owned()),
            ..GivenText::default()
        },
        ..CalculationLine::default()
    });
    Calculation {
        edition: "open-uk/2026".to_owned(),
        lines: lines.to_vec(),
        inline_proxies: Vec::new(),
    }
}

fn body() -> String {
    let lines = LINES.map(
        |(measure, quantity)| json!({"measure": measure, "period": "2025-26-Q2", "quantity": quantity}),
    );
    json!({"edition": "open-uk/2026", "lines": lines}).to_string()
}

/// The rows of this group.
pub async fn rows(table: &mut Table) -> anyhow::Result<()> {
    let world = World::on_sqlite(1).await?;
    let (asked, body) = (calculation(), body());
    let value = || {
        let done = calculate(&world.office.catalogue, black_box(&asked));
        let valued = done.is_ok_and(|done| done.faults().next().is_none());
        anyhow::ensure!(valued, "the lines are at fault");
        Ok(())
    };
    let parse = || {
        black_box(serde_json::from_str::<Value>(black_box(&body))?);
        Ok(())
    };
    let numbers: Vec<(BigDecimal, BigDecimal)> = LINES
        .iter()
        .map(|(_, quantity)| Ok((quantity.parse()?, "7.43211234".parse()?)))
        .collect::<anyhow::Result<_>>()?;
    let multiply = || {
        for (one, other) in &numbers {
            black_box(black_box(one) * black_box(other));
        }
        Ok(())
    };
    let (mut to_parse, mut to_multiply) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let ours = each(5_000, value)?;
        to_parse.push((ours, each(20_000, parse)?));
        to_multiply.push((ours, each(20_000, multiply)?));
    }
    let title = "valuing 10 lines, the operation / parsing the same body";
    table.row(title, Goal::CostAtMost(200), &to_parse);
    let title = "valuing 10 lines, the operation / 10 decimal products";
    table.row(title, Goal::None, &to_multiply);
    by_post(table, &world, &body)
}

fn by_post(table: &mut Table, world: &World, body: &str) -> anyhow::Result<()> {
    let title = "valuing 10 lines by POST / POST that parses the same body";
    let mut ours = Client::to(world.serve()?)?;
    let asked = request("POST", "/v1/calculations", KEY, body);
    let length = match ours.send(&asked) {
        Ok(length) => length,
        Err(error) => {
            let first = error.to_string();
            table.left_out(title, first.lines().next().unwrap_or_default());
            return Ok(());
        }
    };
    let mut bare = Client::to(serve_fixed("x".repeat(length))?)?;
    let parsed = request("POST", "/parse", KEY, body);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((
            each_by_others(1_000, || ours.send(&asked).map(drop))?,
            each_by_others(1_000, || bare.send(&parsed).map(drop))?,
        ));
    }
    table.row(title, Goal::CostAtMost(200), &rounds);
    Ok(())
}
