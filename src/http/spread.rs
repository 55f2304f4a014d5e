//! Low, central and high as they are shown (V14).

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::spread::{Ends, Spread, Spreads};

/// The most measures that are named as driving a width.
const MOST_DRIVERS: usize = 10;

/// The ends of a worth; one-sided where its values are.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndsShown {
    /// Pounds, where every value of it is low; `null` where none has a low one.
    #[schema(example = "70.00")]
    pub low: Option<String>,
    /// Pounds, where every value of it is high; `null` where none has a high one.
    #[schema(example = "210.00")]
    pub high: Option<String>,
}

impl EndsShown {
    /// The ends of a worth; `None` where it has neither.
    #[must_use]
    pub fn of(ends: Ends) -> Option<Self> {
        let text = |end: Option<crate::domain::amount::Pence>| end.map(|end| end.to_string());
        (ends != Ends::default()).then(|| Self {
            low: text(ends.low),
            high: text(ends.high),
        })
    }
}

/// A measure that makes a sum wide.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriverShown {
    /// Code of the measure.
    #[schema(example = "carbon-saved")]
    pub measure: String,
    /// Pounds, low; `null` where no value of it has a low one.
    pub low: Option<String>,
    /// Pounds.
    pub central: String,
    /// Pounds, high; `null` where no value of it has a high one.
    pub high: Option<String>,
    /// Pounds from end to end.
    pub width: String,
}

/// A sum with its ends: every value low at once, or high at once, which is the widest it can be.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpreadShown {
    /// Pounds, low; `null` where no value in it has a low one.
    pub low: Option<String>,
    /// Pounds.
    pub central: String,
    /// Pounds, high; `null` where no value in it has a high one.
    pub high: Option<String>,
    /// The measures that drive the width, widest first, at most 10.
    pub drivers: Vec<DriverShown>,
}

impl SpreadShown {
    /// A sum with its ends; `None` where no value in it has any.
    #[must_use]
    pub fn of(spreads: &Spreads) -> Option<Self> {
        let end = |end: Option<i64>| end.map(pounds_text);
        let driver = |(measure, spread): (&str, &Spread)| DriverShown {
            measure: measure.to_owned(),
            low: end(spread.low()),
            central: pounds_text(spread.central),
            high: end(spread.high()),
            width: pounds_text(spread.width()),
        };
        let drivers = spreads.drivers().into_iter().take(MOST_DRIVERS);
        spreads.is_known().then(|| Self {
            low: end(spreads.whole.low()),
            central: pounds_text(spreads.whole.central),
            high: end(spreads.whole.high()),
            drivers: drivers.map(driver).collect(),
        })
    }
}
