//! Valuing what stands for one contract, line by line.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::domain::amount::{Share, Worth};
use crate::domain::edition::comparable::comparable;
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::split::{self, Offset};
use crate::domain::ledger::standing::Said;
use crate::domain::period::Period;
use crate::domain::policy::Reach;
use crate::domain::report::supported;
use crate::domain::spread::Ends;
use crate::domain::valuation::rate::{Plain, Worked};
use crate::domain::valuation::{Line, Reported};
use crate::storage::StorageError;
use crate::storage::report::StandingLine;

use super::super::super::Refusal;
use super::super::cells::{Added, Key, Name, Whose};
use super::{MOST_FAULTS, Met, Opened, Turn, Walk};

/// A line as it is valued under both editions.
struct Both<'l> {
    own: Line<'l>,
    under: Option<Result<Line<'l>, Fault>>,
}

/// What lines of one revision have in common that differ in their figures alone.
pub(super) struct Kind {
    revision: usize,
    measure: String,
    place: Option<String>,
    share: Share,
    says_why_both: bool,
    of: Option<Of>,
    /// What a plain quantity is worth, where that can be told beforehand.
    plain: Option<Plain>,
}

/// The measure and the place that a line is added under.
#[derive(Clone, Copy)]
struct Of {
    measure: Name,
    place: Name,
}

/// What a line comes to, or why it cannot be valued and what it is worth now.
enum Outcome {
    Valued(Worked),
    Not(Fault, Worked),
}

impl Walk<'_> {
    /// A period of a contract, where it is asked for and anybody's part of it is.
    pub(super) fn turn<'c>(&mut self, opened: &'c Opened<'c>, period: Period) -> Option<Turn<'c>> {
        let query = self.query;
        let is_late = query.from.is_some_and(|from| period.from() < from);
        if is_late || query.to.is_some_and(|to| period.to() > to) {
            return None;
        }
        let inside = opened.contract.inside(period)?;
        let last = period.last_day_inside(inside.span).unwrap_or(period.to());
        let shares = opened.contract.shares_on(last)?;
        let is_asked = |anchor: &String| {
            let named = query.anchors.as_ref();
            named.is_none_or(|ids| ids.contains(anchor))
                && match &query.reach {
                    Reach::Everything => true,
                    Reach::Of {
                        held_by,
                        supplied_by,
                    } => {
                        held_by.contains(anchor) || supplied_by.contains(&opened.contract.supplier)
                    }
                }
        };
        let each = shares.parts().iter().enumerate();
        let asked: Vec<(usize, &String)> = each
            .filter(|(_, (anchor, _))| is_asked(anchor))
            .map(|(position, (anchor, _))| (position, anchor))
            .collect();
        if asked.is_empty() {
            return None;
        }
        let together = !query.by_anchor && asked.len() == shares.parts().len();
        let mut named = |anchor: &str| match query.by_anchor {
            true => self.cells.names.of(anchor),
            false => 0,
        };
        let holders = (!together).then(|| {
            let asked = asked.into_iter();
            asked
                .map(|(position, anchor)| (position, named(anchor)))
                .collect()
        });
        Some(Turn {
            opened,
            period,
            shares,
            holders,
        })
    }

    /// What the commitments of a contract promise.
    pub(super) fn committed(&mut self, opened: &Opened<'_>) {
        for commitment in opened.own.commitments {
            let Some(measure) = opened.edition.measure(&commitment.measure) else {
                self.ended = Some(Refusal::NotFound("measure"));
                return;
            };
            let line = commitment.line();
            for planned in commitment.plan(opened.contract, measure) {
                let Some(turn) = self.turn(opened, planned.period) else {
                    continue;
                };
                let under = opened.under.as_ref();
                let under = under.map(|ground| ground.planned_line(commitment, &planned));
                match opened.own.planned_line(commitment, &planned) {
                    Ok(own) => {
                        let of = self.place_of(&own);
                        let outcome = self.outcome(&turn, &Both { own, under });
                        self.add(&turn, Stage::Committed, &line, of, outcome);
                    }
                    Err(fault) => self.ended = Some(beyond(&fault)),
                }
            }
        }
    }

    /// A line of a return, at every stage that it stands in.
    pub(super) fn reported(&mut self, turn: &Turn<'_>, stages: &[Stage], given: &StandingLine<'_>) {
        let Some(kind) = self.kind(turn, given) else {
            return;
        };
        for stage in stages {
            let other = match stage {
                Stage::Evidenced => match supported(&given.reported, given.support) {
                    None => continue,
                    other => other,
                },
                Stage::Verified => given.accepted.clone(),
                _ => None,
            };
            let reported = other.as_ref().unwrap_or(&given.reported);
            let by_rate = match (reported, &kind.plain) {
                (Reported::Quantity(quantity), Some(plain)) => plain.value(*quantity),
                _ => None,
            };
            let outcome = by_rate
                .map(Outcome::Valued)
                .or_else(|| self.by_itself(turn, given, reported));
            if let Some(outcome) = outcome {
                self.add(turn, *stage, given.line, kind.of, outcome);
            }
        }
    }

    /// A line that is valued by itself, at some figures.
    fn by_itself(
        &mut self,
        turn: &Turn<'_>,
        given: &StandingLine<'_>,
        reported: &Reported,
    ) -> Option<Outcome> {
        let both = self.both(turn, given, reported)?;
        Some(self.outcome(turn, &both))
    }

    fn both<'l>(
        &mut self,
        turn: &'l Turn<'l>,
        given: &'l StandingLine<'l>,
        reported: &'l Reported,
    ) -> Option<Both<'l>> {
        let said = Said {
            period: turn.period,
            measure: given.measure,
            place: given.place,
            contract_share: &given.contract_share,
            share_and_attribution: given.share_and_attribution,
        };
        let opened = turn.opened;
        let under = opened.under.as_ref();
        match opened.own.line(said, reported) {
            Ok(own) => Some(Both {
                under: under.map(|ground| ground.line(said, reported)),
                own,
            }),
            Err(fault) => {
                self.ended = Some(beyond(&fault));
                None
            }
        }
    }

    /// What is the same of all lines of a return that differ in their figures alone: worked out once.
    fn kind(&mut self, turn: &Turn<'_>, given: &StandingLine<'_>) -> Option<Arc<Kind>> {
        if self.ended.is_some() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (given.of, given.measure, given.place).hash(&mut hasher);
        let hash = hasher.finish();
        let mut known = self.kinds.get(&hash).into_iter().flatten();
        if let Some(kind) = known.find(|kind| kind.is_of(given)) {
            return Some(Arc::clone(kind));
        }
        let both = self.both(turn, given, &given.reported)?;
        let fits = match &both.under {
            Some(Ok(line)) => self.fits(turn.opened, &both.own, line).is_ok(),
            Some(Err(_)) => false,
            None => true,
        };
        let plain = match (&both.under, &mut self.under) {
            (Some(Ok(line)), Some(book)) if fits => book.plain(line),
            (None, _) => {
                let book = self.own.get_mut(&turn.opened.contract.edition);
                book.and_then(|book| book.plain(&both.own))
            }
            _ => None,
        };
        let kind = Arc::new(Kind {
            revision: given.of,
            measure: given.measure.to_owned(),
            place: given.place.map(str::to_owned),
            share: given.contract_share.clone(),
            says_why_both: given.share_and_attribution.is_some(),
            of: self.place_of(&both.own),
            plain,
        });
        let same = self.kinds.entry(hash).or_default();
        same.push(Arc::clone(&kind));
        Some(kind)
    }

    /// Where a line is added; `None` where its place is not asked for.
    fn place_of(&mut self, own: &Line<'_>) -> Option<Of> {
        let place = own.place.unwrap_or_default();
        let outside = |codes: &HashSet<&str>| !codes.contains(place);
        if self.within.as_ref().is_some_and(outside) {
            return None;
        }
        let names = &mut self.cells.names;
        Some(Of {
            measure: names.of(&own.measure.code),
            place: match self.query.by_place {
                true => names.of(place),
                false => 0,
            },
        })
    }

    fn outcome(&mut self, turn: &Turn<'_>, both: &Both<'_>) -> Outcome {
        let fault = match &both.under {
            None => None,
            Some(Err(fault)) => Some(fault.clone()),
            Some(Ok(line)) => match self.fits(turn.opened, &both.own, line) {
                Err(fault) => Some(fault),
                Ok(()) => match self.under.as_mut().map(|book| book.value(line)) {
                    Some(Ok(worked)) => return Outcome::Valued(worked),
                    Some(Err(fault)) => Some(fault),
                    None => None,
                },
            },
        };
        let book = self.own.get_mut(&turn.opened.contract.edition);
        let own = match book.map(|book| book.value(&both.own)) {
            Some(Ok(worked)) => worked,
            Some(Err(fault)) => {
                self.ended = Some(beyond(&fault));
                NOTHING
            }
            None => {
                self.ended = Some(Refusal::NotFound("edition"));
                NOTHING
            }
        };
        fault.map_or(Outcome::Valued(own), |fault| Outcome::Not(fault, own))
    }

    /// Whether a measure says the same of both editions; told once a measure.
    fn fits(&mut self, opened: &Opened<'_>, own: &Line<'_>, under: &Line<'_>) -> Result<(), Fault> {
        let key = (opened.names.2, self.cells.names.of(&own.measure.code));
        let fits = self.fits.entry(key);
        fits.or_insert_with(|| comparable(own.measure, under.measure))
            .clone()
    }

    fn add(&mut self, turn: &Turn<'_>, stage: Stage, line: &str, of: Option<Of>, outcome: Outcome) {
        let Some(of) = of else {
            return;
        };
        let (mut worked, fault) = match outcome {
            Outcome::Valued(worked) => (worked, None),
            Outcome::Not(fault, own) => (own, Some(self.number(turn, line, fault))),
        };
        if worked.kept && !self.sees {
            worked.ends = Ends::default();
        }
        let (contract, supplier, edition) = turn.opened.names;
        let query = self.query;
        let key = Key {
            contract,
            supplier,
            anchor: 0,
            place: of.place,
            period: query.by_period.then_some(turn.period),
            measure: of.measure,
            edition,
            stage,
            funding: turn.opened.contract.funding.source,
            fault,
        };
        let added = Added {
            key,
            worked,
            shares: turn.shares,
        };
        let whose = match &turn.holders {
            None => Whose::All,
            Some(holders) => {
                let is_split = turn.shares.parts().len() > 1;
                let reference = &turn.opened.contract.reference;
                let offset = match is_split {
                    true => split::offset(reference, turn.period, line),
                    false => Offset::default(),
                };
                Whose::Some { holders, offset }
            }
        };
        if self.cells.add(&added, &whose).is_none() {
            let what = "portfolio".to_owned();
            self.ended = Some(Refusal::Storage(StorageError::OutOfRange { what }));
        }
    }

    /// The number of a fault, and of the first line that met it.
    fn number(&mut self, turn: &Turn<'_>, line: &str, fault: Fault) -> usize {
        let message = match self.met.len() < MOST_FAULTS {
            true => fault.message,
            false => "for more reasons than are told apart".to_owned(),
        };
        let next = self.met.len();
        let known = self.faults.entry((fault.code, message.clone()));
        let number = *known.or_insert(next);
        if number == next {
            self.met.push(Met {
                code: fault.code,
                message,
                contract: turn.opened.contract.id.clone(),
                period: turn.period,
                line: line.to_owned(),
            });
        }
        number
    }
}

impl Kind {
    fn is_of(&self, given: &StandingLine<'_>) -> bool {
        self.revision == given.of
            && self.measure == given.measure
            && self.place.as_deref() == given.place
            && self.share == given.contract_share
            && self.says_why_both == given.share_and_attribution.is_some()
    }
}

/// What stands for a line that ends the walk.
const NOTHING: Worked = Worked {
    worth: Worth::RecordOnly,
    ends: Ends {
        low: None,
        high: None,
    },
    provisional: false,
    nominal: false,
    kept: false,
};

/// What stands was valued when it was posted; that it cannot be any more is no fault of who asks.
fn beyond(fault: &Fault) -> Refusal {
    Refusal::Failed(format!("what stands cannot be valued again: {fault}"))
}
