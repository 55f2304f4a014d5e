//! The table: promise, ratio, goal, and whether it is reached.

use std::time::Duration;

/// What a ratio must be. In hundredths: nothing here is a binary fraction.
#[derive(Clone, Copy)]
pub enum Goal {
    /// Our cost over the bare cost, at most.
    CostAtMost(u128),
    /// Our speed over the bare speed, at least.
    SpeedAtLeast(u128),
    /// Told for comparison only.
    None,
}

/// What one round took, an operation each.
pub type Round = (Duration, Duration);

/// Rows are printed as they come.
pub struct Table {
    missed: usize,
}

impl Table {
    /// Prints the heading.
    pub fn begin() -> Self {
        let heading = (
            "promise", "ratio", "spread", "goal", "reached", "ours µs", "bare µs",
        );
        let (promise, ratio, spread, goal, reached, ours, bare) = heading;
        println!(
            "{promise:<66} {ratio:>8} {spread:>15} {goal:>8} {reached:>7} {ours:>10} {bare:>10}"
        );
        Self { missed: 0 }
    }

    /// Prints a row of rounds: ours first, the bare work second.
    pub fn row(&mut self, promise: &str, goal: Goal, rounds: &[Round]) {
        let ratios = sorted(rounds.iter().map(|(ours, bare)| match goal {
            Goal::SpeedAtLeast(_) => hundredths(*bare, *ours),
            _ => hundredths(*ours, *bare),
        }));
        let median = middle(&ratios);
        let (goal, reached) = match goal {
            Goal::CostAtMost(most) => (format!("<= {}", decimal(most)), Some(median <= most)),
            Goal::SpeedAtLeast(least) => (format!(">= {}", decimal(least)), Some(median >= least)),
            Goal::None => (String::new(), None),
        };
        self.missed += usize::from(reached == Some(false));
        let reached = reached.map_or("", |yes| if yes { "yes" } else { "no" });
        let spread = format!(
            "{}..{}",
            decimal(ratios.first().copied().unwrap_or(0)),
            decimal(ratios.last().copied().unwrap_or(0))
        );
        let micros = |times: Vec<u128>| {
            let nanos = middle(&times);
            format!("{}.{}", nanos / 1000, nanos % 1000 / 100)
        };
        let ours = micros(sorted(rounds.iter().map(|round| round.0.as_nanos())));
        let bare = micros(sorted(rounds.iter().map(|round| round.1.as_nanos())));
        println!(
            "{promise:<66} {:>8} {spread:>15} {goal:>8} {reached:>7} {ours:>10} {bare:>10}",
            decimal(median)
        );
    }

    /// Says what could not be measured.
    pub fn left_out(&mut self, promise: &str, why: &str) {
        println!("{promise:<66} left out: {why}");
    }

    /// Prints the last line.
    pub fn end(&self) {
        println!("{} goals are not reached", self.missed);
    }
}

fn hundredths(one: Duration, other: Duration) -> u128 {
    let other = other.as_nanos().max(1);
    (one.as_nanos() * 100 + other / 2) / other
}

fn decimal(hundredths: u128) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn sorted(values: impl Iterator<Item = u128>) -> Vec<u128> {
    let mut values: Vec<u128> = values.collect();
    values.sort_unstable();
    values
}

fn middle(sorted: &[u128]) -> u128 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
