//! Worths of one basis in the prices of another year (V10): what is real by the ratio of an index between the two years,
//! what entered at face value as it is. Each sum is rounded once, to whole pence, half away from zero.

use super::basis::Basis;
use super::edition::Edition;
use super::exact::{self, Exact};
use super::fault::Fault;
use super::measure::Measure;
use super::proxy::PriceYear;
use super::uprating::{self, Uprating};

/// How the real worths of one basis come to stand in the prices of another year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restating {
    /// The basis.
    pub basis: Basis,
    /// The step from its price base, by the release of the deflator that its edition names.
    pub step: Uprating,
}

impl Restating {
    /// Finds the step of an edition to the prices of a financial year.
    ///
    /// # Errors
    /// `not_a_year`, `no_deflator` and `no_index`, at `/prices`.
    pub fn of(edition: &Edition, year: &str) -> Result<Self, Fault> {
        let fault = |code: &'static str, message: String| Fault::new("/prices", code, message);
        if !is_financial_year(year) {
            let message = "write a financial year such as 2026-27";
            return Err(fault("not_a_year", message.to_owned()));
        }
        let (id, basis) = (edition.id(), Basis::of(edition));
        let deflator = edition.deflator().ok_or_else(|| {
            let message =
                format!("{id} names no release of gdp-deflator, and is in no other prices");
            fault("no_deflator", message)
        })?;
        let step = uprating::between(deflator, &basis.price_base, year).ok_or_else(|| {
            let (from, release) = (&basis.price_base, &deflator.release);
            let name = &deflator.name;
            let message =
                format!("{name} {release}, which {id} names, has no index of {from} or of {year}");
            fault("no_index", message)
        })?;
        Ok(Self { basis, step })
    }
}

fn is_financial_year(text: &str) -> bool {
    let Some((first, second)) = text.split_once('-') else {
        return false;
    };
    let is_digits = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let follows = first.parse::<u32>().map(|year| (year + 1) % 100);
    is_digits(first, 4) && is_digits(second, 2) && second.parse() == follows
}

/// Whether a line of a measure may hold a face value. What of it is real is not kept apart from that, so that none of it
/// is restated.
#[must_use]
pub fn holds_face_values(edition: &Edition, measure: &Measure) -> bool {
    let mut proxies = measure.proxies().filter_map(|code| edition.proxy(code));
    proxies.any(|one| one.proxy.price_year == PriceYear::Nominal)
}

/// A sum of worths in the prices of one year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restated {
    real: Exact,
    face: Exact,
    provisional: bool,
}

impl Restated {
    /// Adds pence that are restated.
    pub fn add(&mut self, pence: i64, step: &Uprating) {
        self.real += exact::whole(pence) * step.ratio();
        self.provisional |= step.forecast && pence != 0;
    }

    /// Adds pence that stay as they are.
    pub fn add_at_face_value(&mut self, pence: i64) {
        self.face += exact::whole(pence);
    }

    /// What was restated, in whole pence, rounded once; `None` beyond 64 bits.
    #[must_use]
    pub fn restated(&self) -> Option<i64> {
        self.real.round().to_whole()
    }

    /// What was not, in whole pence; `None` beyond 64 bits.
    #[must_use]
    pub fn at_face_value(&self) -> Option<i64> {
        self.face.to_whole()
    }

    /// Whether an index that something was restated by is a forecast.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.provisional
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_financial_year_is_two_years_that_follow() {
        for year in ["2026-27", "1999-00", "2010-11"] {
            assert!(is_financial_year(year), "{year}");
        }
        for text in [
            "",
            "2026",
            "2026-28",
            "2026-2027",
            "26-27",
            "2026-27 ",
            "+026-27",
            "٢٠٢٦-27",
        ] {
            assert!(!is_financial_year(text), "{text}");
        }
    }
}
