//! Discounting: what a pound of a later year is worth now (V9).

use crate::domain::exact::{self, Exact};
use crate::domain::series::{Band, Series};

/// The last year that is discounted: factors are exact, and grow with each year.
pub const LAST_YEAR: u32 = 200;

/// A discount schedule, such as the standard one of the Green Book: rates by years from now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    bands: Vec<Band>,
}

impl Schedule {
    /// The schedule of an item of a series; `None` where the series has no such item, or is of no schedule.
    #[must_use]
    pub fn of(series: &Series, item: &str) -> Option<Self> {
        let bands = series.bands.get(item)?;
        Some(Self {
            bands: bands.clone(),
        })
    }

    /// The rate of a year, in percent. The last rate goes on.
    fn percent(&self, year: u32) -> Exact {
        let reaches = |band: &&Band| band.to_year.is_none_or(|last| year <= last);
        let band = self.bands.iter().find(reaches).or(self.bands.last());
        band.map_or_else(exact::zero, |band| band.percent.clone())
    }

    /// Factors of the years 0 to `last`, exact: year 0 is not discounted, each later year is divided by its own rate
    /// (a running product, so that a rate that falls after 30 years holds for the years after only).
    #[must_use]
    pub fn factors(&self, last: u32) -> Vec<Exact> {
        let mut factors = vec![exact::one()];
        for year in 1..=last.min(LAST_YEAR) {
            let growth = exact::one() + self.percent(year) / exact::whole(100);
            let before = factors.last().cloned().unwrap_or_else(exact::one);
            factors.push(before / growth);
        }
        factors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(from_year: u32, to_year: Option<u32>, percent: &str) -> Band {
        Band {
            from_year,
            to_year,
            percent: exact::decimal(percent, 4).unwrap(),
        }
    }

    /// Green Book, standard: factors as printed by Public Health England (2021), to eight places.
    #[test]
    fn the_standard_schedule_gives_the_printed_factors() {
        let standard = Schedule {
            bands: vec![
                band(0, Some(30), "3.5"),
                band(31, Some(75), "3.0"),
                band(76, None, "2.5"),
            ],
        };
        let factors = standard.factors(LAST_YEAR);
        assert_eq!(factors.len(), 201);
        for (year, printed) in [
            (0, "1.00000000"),
            (1, "0.96618357"),
            (10, "0.70891881"),
            (28, "0.38165434"),
        ] {
            assert_eq!(exact::fixed(&factors[year], 8), printed, "year {year}");
        }
        let ratio = |year: usize| factors[year - 1].clone() / factors[year].clone();
        let growth = |percent: &str| exact::decimal(percent, 4).unwrap();
        assert_eq!(ratio(30), growth("1.035"));
        assert_eq!(ratio(31), growth("1.03"));
        assert_eq!(ratio(75), growth("1.03"));
        assert_eq!(ratio(76), growth("1.025"));
        assert_eq!(ratio(200), growth("1.025"), "the last rate goes on");
    }
}
