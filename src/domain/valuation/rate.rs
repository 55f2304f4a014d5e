//! What one unit of a line comes to: worked out once, by valuing one unit, for the many lines that differ in their
//! figures alone (V2, V16). A worth is linear in its figures up to the one rounding, so that the product is the same.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::super::amount::{Pence, Quantity, Share, Worth};
use super::super::commitment::adjusting::Adjusting;
use super::super::edition::Edition;
use super::super::exact::{self, Exact};
use super::super::fault::Fault;
use super::super::measure::{Input, Valuation};
use super::super::period::{Day, Period};
use super::super::place::Places;
use super::super::spread::Ends;
use super::{Line, Posts, Reported, Valued, accrual, counted, rounded, value};

const ONE: i64 = 1_000_000;

/// What a line is worth, without its working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    /// The worth, rounded once.
    pub worth: Worth,
    /// Its ends (V14).
    pub ends: Ends,
    /// Whether it is provisional.
    pub provisional: bool,
    /// Whether a face value that is never re-based is in it.
    pub nominal: bool,
    /// Whether a value is in it whose licence does not let it be passed on.
    pub kept: bool,
}

impl Worked {
    /// The same of a line that was valued step by step.
    #[must_use]
    pub fn of(edition: &Edition, valued: &Valued) -> Self {
        let working = &valued.working;
        Self {
            worth: valued.worth,
            ends: working.ends,
            provisional: working.is_provisional(),
            nominal: working.includes_nominal(),
            kept: working.parts.iter().any(|part| edition.keeps(&part.proxy)),
        }
    }
}

/// The rates of an edition, each kept for the lines that differ from each other in their figures alone.
pub struct RateBook<'a> {
    edition: &'a Edition,
    places: &'a Places,
    pages: HashMap<u64, Vec<(Alike, Rates)>>,
    kept: usize,
}

/// The most rates that are kept; they are worked out anew when there are more.
const MOST_KEPT: usize = 20_000;

impl<'a> RateBook<'a> {
    /// None yet.
    #[must_use]
    pub fn of(edition: &'a Edition, places: &'a Places) -> Self {
        Self {
            edition,
            places,
            pages: HashMap::new(),
            kept: 0,
        }
    }

    /// The edition.
    #[must_use]
    pub fn edition(&self) -> &'a Edition {
        self.edition
    }

    /// Values a line: the same as [`value`] in everything but the working.
    ///
    /// # Errors
    /// As [`value`].
    pub fn value(&mut self, line: &Line<'_>) -> Result<Worked, Fault> {
        let (edition, places) = (self.edition, self.places);
        let by_rate = self
            .rates(line)
            .and_then(|rates| rates.value(edition, places, line));
        match by_rate {
            Some(worked) => Ok(worked),
            None => value(edition, places, line).map(|valued| Worked::of(edition, &valued)),
        }
    }

    /// What every plain quantity of lines like this one is worth; `None` where such a line has to be looked at by itself.
    pub fn plain(&mut self, line: &Line<'_>) -> Option<Plain> {
        let (edition, places) = (self.edition, self.places);
        if line.measure.input != Input::Plain || line.unit_conversion.is_some() {
            return None;
        }
        let rates = self.rates(line)?;
        rates.scale(line)?;
        match &line.measure.valuation {
            Valuation::RecordOnly(_) => Some(Plain::RecordOnly),
            Valuation::Proxy(_) | Valuation::Carbon { .. } => {
                let rate = rates.whole(edition, places, line).as_ref()?;
                Some(Plain::Valued(Arc::clone(rate)))
            }
            Valuation::Parts => None,
        }
    }

    fn rates(&mut self, line: &Line<'_>) -> Option<&mut Rates> {
        if self.kept >= MOST_KEPT {
            self.pages.clear();
            self.kept = 0;
        }
        let page = self.pages.entry(hash(line)).or_default();
        let found = page.iter().position(|(alike, _)| alike.is_of(line));
        let index = found.unwrap_or_else(|| {
            self.kept += 1;
            page.push((Alike::of(line), Rates::default()));
            page.len() - 1
        });
        page.get_mut(index).map(|(_, rates)| rates)
    }
}

/// What plain quantities are worth, of lines that differ in them alone.
#[derive(Debug, Clone)]
pub enum Plain {
    /// Counted without £.
    RecordOnly,
    /// At a rate.
    Valued(Arc<Rate>),
}

impl Plain {
    /// What a quantity is worth; `None` where that is out of range.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<Worked> {
        match self {
            Self::RecordOnly => Some(RECORD_ONLY),
            Self::Valued(rate) => rate.value(quantity),
        }
    }
}

/// Everything a line's worth depends on but its figures.
struct Alike {
    measure: String,
    period: Period,
    days: (Day, Day),
    posts: Posts,
    share: Share,
    says_why_both: bool,
    place: Option<String>,
    adjusted: Option<Adjusting>,
}

/// The days of a line's period that lie in its contract: no other day counts.
fn days(line: &Line<'_>) -> (Day, Day) {
    let (period, inside) = (line.period, line.inside);
    (period.from().max(inside.from), period.to().min(inside.to))
}

fn hash(line: &Line<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.measure.code.hash(&mut hasher);
    line.place.hash(&mut hasher);
    (line.period, days(line), line.posts).hash(&mut hasher);
    (line.contract_share, line.adjusted.is_some()).hash(&mut hasher);
    hasher.finish()
}

impl Alike {
    fn of(line: &Line<'_>) -> Self {
        Self {
            measure: line.measure.code.clone(),
            period: line.period,
            days: days(line),
            posts: line.posts,
            share: line.contract_share.clone(),
            says_why_both: line.share_and_attribution.is_some(),
            place: line.place.map(str::to_owned),
            adjusted: line.adjusted.map(|adjusted| adjusted.by.clone()),
        }
    }

    fn is_of(&self, line: &Line<'_>) -> bool {
        self.measure == line.measure.code
            && self.period == line.period
            && self.days == days(line)
            && self.posts == line.posts
            && self.share == *line.contract_share
            && self.says_why_both == line.share_and_attribution.is_some()
            && self.place.as_deref() == line.place
            && self.adjusted.as_ref() == line.adjusted.map(|adjusted| adjusted.by)
    }
}

/// What one unit comes to; `None` where one unit cannot be valued: then each line is looked at by itself.
type Found = Option<Arc<Rate>>;

/// The rates of lines that are alike: of the quantity, and of each part.
#[derive(Default)]
struct Rates {
    /// What a quantity is multiplied by before it is summed.
    scale: Option<Option<Exact>>,
    whole: Option<Found>,
    parts: BTreeMap<String, Found>,
}

/// What one unit comes to.
#[derive(Debug)]
pub struct Rate {
    /// Pounds of one unit, exact.
    pounds: Exact,
    /// Pence of a millionth, exact.
    pence_of_micro: Exact,
    low: Option<Exact>,
    high: Option<Exact>,
    provisional: bool,
    nominal: bool,
    kept: bool,
}

impl Rate {
    /// By valuing one unit.
    fn of(edition: &Edition, places: &Places, line: &Line<'_>, one: &Reported) -> Found {
        let line = Line {
            reported: one,
            ..line.clone()
        };
        let valued = value(edition, places, &line).ok()?;
        let said = Worked::of(edition, &valued);
        let parts = &valued.working.parts;
        let pounds: Exact = parts.iter().map(|part| &part.amount).sum();
        let end = |of: fn(&super::working::WorkedPart) -> Option<&Exact>| {
            let any = parts.iter().any(|part| of(part).is_some());
            let each = parts.iter().map(|part| of(part).unwrap_or(&part.amount));
            any.then(|| each.sum::<Exact>())
        };
        Some(Arc::new(Self {
            pence_of_micro: &pounds * exact::ratio(100, ONE),
            low: end(|part| part.low.as_ref()),
            high: end(|part| part.high.as_ref()),
            pounds,
            provisional: said.provisional,
            nominal: said.nominal,
            kept: said.kept,
        }))
    }
}

impl Rate {
    fn value(&self, quantity: Quantity) -> Option<Worked> {
        if self.low.is_some() || self.high.is_some() {
            return sum(&[(quantity.exact(), self)]);
        }
        let pence = self.pence_of_micro.times_rounded(quantity.micro());
        Some(worked(Pence::new(pence?)?, Ends::default(), &[self]))
    }
}

/// Units beside the rate they are valued at.
type Term<'r> = (Exact, &'r Rate);

impl Rates {
    /// What a quantity is multiplied by before it is summed; `None` where no day of the period counts.
    fn scale(&mut self, line: &Line<'_>) -> Option<&Exact> {
        let worked_out = || {
            let accrual = accrual(line).ok()?;
            Some(accrual.fraction * line.contract_share.exact())
        };
        self.scale.get_or_insert_with(worked_out).as_ref()
    }

    fn whole(&mut self, edition: &Edition, places: &Places, line: &Line<'_>) -> &Found {
        self.whole.get_or_insert_with(|| {
            let one = Reported::Planned {
                quantity: Quantity::from_micro(ONE),
                parts: BTreeMap::new(),
            };
            Rate::of(edition, places, line, &one)
        })
    }

    /// The worth of a line by its rates; `None` where it has to be valued by itself: it is at fault, or out of range.
    fn value(&mut self, edition: &Edition, places: &Places, line: &Line<'_>) -> Option<Worked> {
        if line.unit_conversion.is_some() {
            return None;
        }
        let units = counted(line).ok()?;
        let scale = self.scale(line)?;
        // A plain quantity in range stays in it: no period has more than a year, and no share is more than one.
        let plain = match line.reported {
            Reported::Quantity(quantity) => Some(*quantity),
            _ => None,
        };
        if let (None, Some(units), true) = (plain, &units, line.measure.has_sum()) {
            rounded(line.measure, &(units * scale))?;
        }
        match &line.measure.valuation {
            Valuation::RecordOnly(_) => Some(RECORD_ONLY),
            Valuation::Proxy(_) | Valuation::Carbon { .. } => {
                let rate = self.whole(edition, places, line).as_ref()?;
                match plain {
                    Some(quantity) => rate.value(quantity),
                    None => sum(&[(units?, rate)]),
                }
            }
            Valuation::Parts => self.by_parts(edition, places, line),
        }
    }

    fn by_parts(&mut self, edition: &Edition, places: &Places, line: &Line<'_>) -> Option<Worked> {
        let (Reported::Components(given) | Reported::Planned { parts: given, .. }) = line.reported
        else {
            return None;
        };
        let valued = line.measure.input.parts().iter();
        let valued = valued.filter(|part| part.valued_by.is_some());
        let valued = valued.filter_map(|part| Some((&part.code, given.get(&part.code)?)));
        let valued: Vec<(&String, &Quantity)> = valued.collect();
        for (code, _) in &valued {
            if !self.parts.contains_key(*code) {
                let one = Quantity::from_micro(ONE).map(|one| ((*code).clone(), one));
                let one = Reported::Planned {
                    quantity: None,
                    parts: one.into_iter().collect(),
                };
                let rate = Rate::of(edition, places, line, &one);
                self.parts.insert((*code).clone(), rate);
            }
        }
        let terms = valued.into_iter().map(|(code, quantity)| {
            let rate = self.parts.get(code)?.as_ref()?;
            Some((quantity.exact(), rate.as_ref()))
        });
        sum(&terms.collect::<Option<Vec<_>>>()?)
    }
}

const RECORD_ONLY: Worked = Worked {
    worth: Worth::RecordOnly,
    ends: Ends {
        low: None,
        high: None,
    },
    provisional: false,
    nominal: false,
    kept: false,
};

fn worked(pence: Pence, ends: Ends, rates: &[&Rate]) -> Worked {
    Worked {
        worth: Worth::Pence(pence),
        ends,
        provisional: rates.iter().any(|rate| rate.provisional),
        nominal: rates.iter().any(|rate| rate.nominal),
        kept: rates.iter().any(|rate| rate.kept),
    }
}

/// The exact products added, and rounded once.
fn sum(terms: &[Term<'_>]) -> Option<Worked> {
    let amounts: Vec<Exact> = terms
        .iter()
        .map(|(units, rate)| units * &rate.pounds)
        .collect();
    let whole: Exact = amounts.iter().sum();
    // What is below zero is lowest at the high end of its value.
    let low = |(units, rate): &Term<'_>| match units.is_negative() {
        true => rate.high.as_ref().map(|end| units * end),
        false => rate.low.as_ref().map(|end| units * end),
    };
    let high = |(units, rate): &Term<'_>| match units.is_negative() {
        true => rate.low.as_ref().map(|end| units * end),
        false => rate.high.as_ref().map(|end| units * end),
    };
    let ends = Ends {
        low: end(terms.iter().map(low), &amounts)?,
        high: end(terms.iter().map(high), &amounts)?,
    };
    let rates: Vec<&Rate> = terms.iter().map(|(_, rate)| *rate).collect();
    Some(worked(Pence::round_pounds(&whole)?, ends, &rates))
}

/// An end of a sum, where any term has it; `None` beyond what is counted.
fn end(ends: impl Iterator<Item = Option<Exact>>, amounts: &[Exact]) -> Option<Option<Pence>> {
    let ends: Vec<Option<Exact>> = ends.collect();
    if ends.iter().all(Option::is_none) {
        return Some(None);
    }
    let each = ends.iter().zip(amounts);
    let whole: Exact = each
        .map(|(end, amount)| end.as_ref().unwrap_or(amount))
        .sum();
    Pence::round_pounds(&whole).map(Some)
}
