//! What of an outcome is due to the work, and for how long it lasts (V9). Each step is one that a reader can follow.

pub mod check;
pub mod given;
pub mod schedule;

use std::collections::BTreeMap;

use super::exact::{self, Exact};
use super::series::SeriesRef;
use super::words::words;
use schedule::{LAST_YEAR, Schedule};

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

/// How an outcome is adjusted, as somebody wrote it: only what was given. Nothing given is gross, for one year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Adjustments {
    /// Parts deducted, between 0 and 1.
    pub deductions: BTreeMap<Deduction, Exact>,
    /// What a pound spent brings to the place, above 0; of local economic value only.
    pub multiplier: Option<Exact>,
    /// The first year of effect; 0 is the year of the work.
    pub starts_after_years: Option<u32>,
    /// Years of effect, at least one.
    pub duration_years: Option<u32>,
    /// The part lost each year, geometric from the second year of effect.
    pub drop_off: Option<Exact>,
    /// The schedule that later years are discounted under.
    pub discounted_by: Option<SeriesRef>,
}

impl Adjustments {
    /// Whether nothing is adjusted: the value is as published.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The first year of effect.
    #[must_use]
    pub fn starts(&self) -> u32 {
        self.starts_after_years.unwrap_or(0)
    }

    /// Years of effect.
    #[must_use]
    pub fn duration(&self) -> u32 {
        self.duration_years.unwrap_or(1)
    }

    /// Whether any effect falls in a later year than that of the work.
    #[must_use]
    pub fn reaches_later_years(&self) -> bool {
        self.starts() > 0 || self.duration() > 1
    }

    /// These, and of the others what these do not say.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        let mut deductions = below.deductions.clone();
        deductions.extend(self.deductions.clone());
        let duration_years = self.duration_years.or(below.duration_years);
        // What lasts one year only has nothing to drop off.
        let lasts = duration_years.is_some_and(|years| years > 1);
        let below_drop_off = below.drop_off.as_ref().filter(|_| lasts);
        Self {
            deductions,
            multiplier: self.multiplier.clone().or(below.multiplier.clone()),
            starts_after_years: self.starts_after_years.or(below.starts_after_years),
            duration_years,
            drop_off: self.drop_off.as_ref().or(below_drop_off).cloned(),
            discounted_by: self.discounted_by.clone().or(below.discounted_by.clone()),
        }
    }

    /// What is given, by the names it is written with, each with its text.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, String)> {
        let parts = self.deductions.iter();
        let mut named: Vec<(&'static str, String)> = parts
            .map(|(what, part)| (what.word(), exact::exact_text(part)))
            .collect();
        let years = |years: Option<u32>| years.map(|years| years.to_string());
        let number = |number: &Option<Exact>| number.as_ref().map(exact::exact_text);
        let schedule = self.discounted_by.as_ref().map(SeriesRef::to_string);
        for (name, text) in [
            ("multiplier", number(&self.multiplier)),
            ("starts_after_years", years(self.starts_after_years)),
            ("duration_years", years(self.duration_years)),
            ("drop_off", number(&self.drop_off)),
            ("discounted_by", schedule),
        ] {
            named.extend(text.map(|text| (name, text)));
        }
        named
    }

    /// Pounds of each year of effect, exact and not discounted, with the steps by which they came about.
    #[must_use]
    pub fn years(&self, gross: &Exact) -> (Vec<(u32, Exact)>, Vec<Step>) {
        let mut steps = vec![Step {
            text: "gross".to_owned(),
            pounds: gross.clone(),
        }];
        let mut net = gross.clone();
        for (what, part) in &self.deductions {
            net = net * (exact::one() - part.clone());
            let what = what.word().replace('_', " ");
            steps.push(Step {
                text: format!("x (1 - {}) {what}", exact::exact_text(part)),
                pounds: net.clone(),
            });
        }
        if let Some(multiplier) = &self.multiplier {
            net = net * multiplier;
            steps.push(Step {
                text: format!("x {} multiplier", exact::exact_text(multiplier)),
                pounds: net.clone(),
            });
        }
        let mut years = Vec::new();
        let kept = self
            .drop_off
            .as_ref()
            .map(|part| (exact::one() - part, part));
        for number in 0..self.duration() {
            if let (Some((kept, part)), 1..) = (&kept, number) {
                net = net * kept;
                let part = exact::exact_text(part);
                steps.push(Step {
                    text: format!("x (1 - {part}) drop-off, year {} of effect", number + 1),
                    pounds: net.clone(),
                });
            }
            years.push((self.starts() + number, net.clone()));
        }
        (years, steps)
    }
}

/// One step of the working: what was done, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// In words and figures.
    pub text: String,
    /// Pounds after it, exact.
    pub pounds: Exact,
}

/// A schedule with the series and release it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discounting {
    /// Series and item.
    pub named: SeriesRef,
    /// Release of the series.
    pub release: String,
    /// Its rates.
    pub schedule: Schedule,
}

/// Adjustments with the schedule they name: all that makes a net value of a gross one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The adjustments.
    pub adjustments: Adjustments,
    /// The schedule, where later years are discounted.
    pub discounting: Option<Discounting>,
}

/// One year of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectYear {
    /// Years from that of the work.
    pub year: u32,
    /// Pounds of that year, exact.
    pub pounds: Exact,
    /// What a pound of that year is worth now, exact.
    pub factor: Exact,
    /// Pounds now, exact.
    pub present: Exact,
}

/// A gross value made net, with every step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectWorked {
    /// From gross to each year of effect.
    pub steps: Vec<Step>,
    /// The years of effect.
    pub years: Vec<EffectYear>,
    /// Their sum now, exact and not rounded.
    pub net: Exact,
}

impl Effect {
    /// Works out what is left of a gross value.
    #[must_use]
    pub fn work(&self, gross: &Exact) -> EffectWorked {
        let (years, steps) = self.adjustments.years(gross);
        let last = years.last().map_or(0, |(year, _)| *year).min(LAST_YEAR);
        let discounting = self.discounting.as_ref();
        let factors = discounting.map(|one| one.schedule.factors(last));
        let factor = |year: u32| {
            let index = usize::try_from(year).unwrap_or(usize::MAX);
            let found = factors.as_ref().and_then(|factors| factors.get(index));
            found.cloned().unwrap_or_else(exact::one)
        };
        let years: Vec<EffectYear> = years
            .into_iter()
            .map(|(year, pounds)| {
                let factor = factor(year);
                EffectYear {
                    year,
                    present: &pounds * &factor,
                    pounds,
                    factor,
                }
            })
            .collect();
        EffectWorked {
            steps,
            net: years.iter().map(|year| &year.present).sum(),
            years,
        }
    }
}
