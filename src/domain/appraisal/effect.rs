//! What of an outcome is due to the work, and for how long (V9): each deduction a step of its own.

use crate::domain::exact::{self, Exact};
use crate::domain::words::words;

words! {
    /// What is deducted from an outcome, in the order in which it is.
    Deduction {
        /// What would have happened anyway.
        Deadweight = "deadweight",
        /// What was taken from elsewhere.
        Displacement = "displacement",
        /// What went outside of the place or the group.
        Leakage = "leakage",
        /// What took the place of something of the same people or firms.
        Substitution = "substitution",
        /// What is due to others.
        AttributionToOthers = "attribution_to_others",
    }
}

/// What is gross, and how it comes down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Pounds of the first year of effect, before anything is deducted.
    pub gross: Exact,
    /// Parts deducted, between 0 and 1.
    pub deductions: Vec<(Deduction, Exact)>,
    /// The first year of effect; 0 is the first year of all.
    pub starts_after_years: u32,
    /// Years of effect, at least one.
    pub duration_years: u32,
    /// The part lost each year, geometric from the second year of effect.
    pub drop_off: Exact,
}

/// One step of the working: what was done, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// In words and figures.
    pub text: String,
    /// Pounds after it, exact.
    pub pounds: Exact,
}

impl Effect {
    /// Pounds of each year of effect, exact, with the steps by which they came about.
    #[must_use]
    pub fn years(&self) -> (Vec<(u32, Exact)>, Vec<Step>) {
        let mut steps = vec![Step {
            text: "gross".to_owned(),
            pounds: self.gross.clone(),
        }];
        let mut net = self.gross.clone();
        for (what, part) in &self.deductions {
            net = net * (exact::one() - part.clone());
            let what = what.word().replace('_', " ");
            steps.push(Step {
                text: format!("x (1 - {}) {what}", exact::exact_text(part)),
                pounds: net.clone(),
            });
        }
        let mut years = Vec::new();
        for number in 0..self.duration_years {
            if number > 0 {
                net = net * (exact::one() - self.drop_off.clone());
                steps.push(Step {
                    text: format!(
                        "x (1 - {}) drop-off, year {} of effect",
                        exact::exact_text(&self.drop_off),
                        number + 1
                    ),
                    pounds: net.clone(),
                });
            }
            years.push((self.starts_after_years + number, net.clone()));
        }
        (years, steps)
    }
}
