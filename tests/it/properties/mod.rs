//! Laws of the arithmetic, tried on thousands of cases against an oracle that shares no code with the program.

mod bridge;
mod effects;
mod ledger;
mod lines;
mod numbers;
mod oracle;
mod powers;
mod rates;
mod restating;
mod suppression;
mod unit_values;

use proptest::test_runner::Config;

/// So many cases, or as many as `PROPTEST_CASES` says; a failing one is printed with its smallest input, and belongs in a
/// worked example.
fn cases(cases: u32) -> Config {
    let asked = Config::default();
    let is_asked = std::env::var_os("PROPTEST_CASES").is_some();
    Config {
        cases: if is_asked { asked.cases } else { cases },
        failure_persistence: None,
        ..asked
    }
}
