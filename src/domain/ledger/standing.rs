//! The one pure function that gives the postings that stand for a contract's commitments and a return (L2).

use std::borrow::Cow;

use super::super::amount::{Share, Worth};
use super::super::commitment::adjusting::of_line;
use super::super::commitment::{Commitment, Planned};
use super::super::contract::{Contract, Inside};
use super::super::edition::Edition;
use super::super::fault::{Fault, echo};
use super::super::measure::Measure;
use super::super::period::Period;
use super::super::place::Places;
use super::super::report::{self, ReportLine, Return};
use super::super::valuation::{self, Line, Posts, Reported, Valued};
use super::posting::{Content, Identity, Stage, Standing};
use super::split;

/// What every line of a contract is valued and posted with.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Its edition.
    pub edition: &'a Edition,
    /// The partnership's places.
    pub places: &'a Places,
    /// The commitments: what they adjust holds for lines of returns too.
    pub commitments: &'a [Commitment],
}

impl Ground<'_> {
    /// The measure of a code, as the contract's edition defines it.
    ///
    /// # Errors
    /// `unknown_measure`, at `/measure`.
    pub fn measure(&self, code: &str) -> Result<&Measure, Fault> {
        self.edition.measure(code).ok_or_else(|| {
            let message = format!(
                "the edition {} has no measure {}",
                self.edition.id(),
                echo(code)
            );
            Fault::new("/measure", "unknown_measure", message)
        })
    }

    /// How a period lies in the contract.
    ///
    /// # Errors
    /// `period_outside_contract`, at `/period`.
    pub fn inside(&self, period: Period) -> Result<Inside, Fault> {
        self.contract.inside(period).ok_or_else(|| {
            Fault::new("/period", "period_outside_contract", format!("no day of {period} lies between the contract's first day and its last possible one"))
        })
    }

    /// A line's own place, else the contract's on the period's last day in it.
    #[must_use]
    pub fn place<'b>(
        &'b self,
        own: Option<&'b str>,
        period: Period,
        inside: Inside,
    ) -> Option<&'b str> {
        let last = period.last_day_inside(inside.span).unwrap_or(period.to());
        let of_contract = || {
            self.contract
                .terms_on(last)
                .and_then(|terms| terms.place.as_deref())
        };
        own.or_else(of_contract)
    }

    /// A line of a return as it is valued, at given figures: as claimed, as evidenced, or as accepted.
    ///
    /// # Errors
    /// A fault relative to the line.
    pub fn line<'b>(&'b self, said: Said<'b>, reported: &'b Reported) -> Result<Line<'b>, Fault> {
        let period = said.period;
        let inside = self.inside(period)?;
        let measure = self.measure(said.measure)?;
        let place = self.place(said.place, period, inside);
        let code = measure.code.as_str();
        let (contract, places) = (self.contract, self.places);
        let adjusted = of_line(self.commitments, contract, places, code, place, period);
        Ok(Line {
            measure,
            period,
            inside: inside.span,
            reported,
            posts: Posts::Average,
            contract_share: said.contract_share,
            share_and_attribution: said.share_and_attribution,
            adjusted,
            place,
            unit_conversion: None,
        })
    }

    /// What a commitment promises for one period, as it is valued.
    ///
    /// # Errors
    /// A fault of what is promised.
    pub fn planned_line<'b>(
        &'b self,
        commitment: &'b Commitment,
        planned: &'b Planned,
    ) -> Result<Line<'b>, Fault> {
        let inside = self.inside(planned.period)?;
        Ok(Line {
            measure: self.measure(&commitment.measure)?,
            period: planned.period,
            inside: inside.span,
            reported: &planned.reported,
            posts: planned.posts,
            contract_share: Share::whole_ref(),
            share_and_attribution: None,
            adjusted: commitment.adjusted_in(self.contract, planned.period),
            place: self.place(commitment.place.as_deref(), planned.period, inside),
            unit_conversion: None,
        })
    }

    /// Values one line of a return at given figures (V16).
    ///
    /// # Errors
    /// A fault relative to the line.
    pub fn value(
        &self,
        period: Period,
        line: &ReportLine,
        reported: &Reported,
    ) -> Result<Valued, Fault> {
        let line = self.line(Said::of(period, line), reported)?;
        valuation::value(self.edition, self.places, &line)
    }

    /// Values what a commitment promises for one period (V16).
    ///
    /// # Errors
    /// A fault of the value.
    pub fn value_planned(
        &self,
        commitment: &Commitment,
        planned: &Planned,
    ) -> Result<Valued, Fault> {
        let line = self.planned_line(commitment, planned)?;
        valuation::value(self.edition, self.places, &line)
    }
}

/// What a line of a return says beside its figures, as far as its worth depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Its period.
    pub period: Period,
    /// Code of the measure.
    pub measure: &'a str,
    /// Where; else the contract's place.
    pub place: Option<&'a str>,
    /// The part of the activity that belongs to the contract.
    pub contract_share: &'a Share,
    /// Why what is due to others is deducted as well, where only a share counts.
    pub share_and_attribution: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// What a line of a return for a period says.
    #[must_use]
    pub fn of(period: Period, line: &'a ReportLine) -> Self {
        Self {
            period,
            measure: &line.measure,
            place: line.place.as_deref(),
            contract_share: &line.contract_share,
            share_and_attribution: line.share_and_attribution.as_deref(),
        }
    }
}

/// The postings that stand for the commitments of a contract, one a period and anchor.
///
/// # Errors
/// A fault naming the commitment: no value for its place or year, or out of range.
pub fn of_commitments(
    ground: &Ground<'_>,
    commitments: &[Commitment],
) -> Result<Vec<Standing>, Fault> {
    let mut standing = Vec::new();
    for commitment in commitments {
        let named = |fault: Fault| Fault {
            message: format!("commitment {}: {}", commitment.number, fault.message),
            ..fault
        };
        let measure = ground.measure(&commitment.measure).map_err(named)?;
        for planned in commitment.plan(ground.contract, measure) {
            let inside = ground.inside(planned.period).map_err(named)?;
            let place = ground.place(commitment.place.as_deref(), planned.period, inside);
            let valued = ground.value_planned(commitment, &planned).map_err(named)?;
            let facts = Facts {
                stage: Stage::Committed,
                period: planned.period,
                line: &commitment.line(),
                place,
                tier: 0,
                target_group: None,
                inside,
                ratio: None,
            };
            standing.extend(split_between_anchors(ground, measure, &valued, &facts));
        }
    }
    Ok(standing)
}

/// The postings that stand for one return: claimed, evidenced and verified.
///
/// # Errors
/// A fault with a pointer to the line, such as `/lines/2/place`.
pub fn of_return(ground: &Ground<'_>, given: &Return) -> Result<Vec<Standing>, Fault> {
    let mut standing = Vec::new();
    for (stage, index, line, reported) in stands(given) {
        let at = |fault: Fault| fault.under(&format!("/lines/{index}"));
        standing.extend(posted(ground, given.period, line, &reported, stage).map_err(at)?);
    }
    Ok(standing)
}

/// The figures of a return that stand, by stage, each with its line and the place of that in its revision: as claimed, as
/// far as its evidence goes, as accepted.
#[must_use]
pub fn stands(given: &Return) -> Vec<(Stage, usize, &ReportLine, Cow<'_, Reported>)> {
    let mut stand = Vec::new();
    let claimed = given
        .claimed()
        .into_iter()
        .flat_map(|revision| &revision.lines);
    for (index, line) in claimed.enumerate() {
        stand.push((Stage::Claimed, index, line, Cow::Borrowed(&line.reported)));
        let supported = report::evidenced(line).map(Cow::Owned);
        stand.extend(supported.map(|supported| (Stage::Evidenced, index, line, supported)));
    }
    if let Some(revision) = given.verified() {
        for (index, line) in revision.lines.iter().enumerate() {
            let accepted = revision.accepted_figures(line).map(Cow::Borrowed);
            stand.extend(accepted.map(|accepted| (Stage::Verified, index, line, accepted)));
        }
    }
    stand
}

fn posted(
    ground: &Ground<'_>,
    period: Period,
    line: &ReportLine,
    reported: &Reported,
    stage: Stage,
) -> Result<Vec<Standing>, Fault> {
    let measure = ground.measure(&line.measure)?;
    let valued = ground.value(period, line, reported)?;
    let ratio = match reported {
        Reported::Ratio {
            numerator,
            denominator,
        } => Some((numerator.micro(), denominator.micro())),
        _ => None,
    };
    let inside = ground.inside(period)?;
    let facts = Facts {
        stage,
        period,
        line: &line.line,
        place: ground.place(line.place.as_deref(), period, inside),
        tier: line.tier,
        target_group: line.target_group.as_deref(),
        inside,
        ratio,
    };
    Ok(split_between_anchors(ground, measure, &valued, &facts))
}

/// What a posting takes from its line besides the worth.
struct Facts<'a> {
    stage: Stage,
    period: Period,
    line: &'a str,
    place: Option<&'a str>,
    tier: i64,
    target_group: Option<&'a str>,
    inside: Inside,
    ratio: Option<(i64, i64)>,
}

/// One posting per anchor; what adds up is split (V12), what does not is never split (V7).
fn split_between_anchors(
    ground: &Ground<'_>,
    measure: &Measure,
    valued: &Valued,
    facts: &Facts<'_>,
) -> Vec<Standing> {
    let last_day = facts
        .period
        .last_day_inside(facts.inside.span)
        .unwrap_or(facts.period.to());
    let Some(shares) = ground.contract.shares_on(last_day) else {
        return Vec::new();
    };
    let offset = split::offset(&ground.contract.reference, facts.period, facts.line);
    let split = |whole: i64| split::parts(whole, shares, offset);
    let worths = valued.worth.pence().map(split);
    let quantities = valued.posted.map(split);
    let working = &valued.working;
    let part = |parts: &Option<Vec<i64>>, position: usize| {
        parts.as_ref().and_then(|list| list.get(position).copied())
    };
    shares
        .parts()
        .iter()
        .enumerate()
        .map(|(position, (anchor, _))| Standing {
            identity: Identity {
                stage: facts.stage,
                period: facts.period,
                line: facts.line.to_owned(),
                position: i64::try_from(position).unwrap_or(i64::MAX),
                anchor: anchor.clone(),
            },
            content: Content {
                measure: measure.code.clone(),
                column: measure.column,
                supplier: ground.contract.supplier.clone(),
                place: facts.place.map(str::to_owned),
                tier: facts.tier,
                target_group: facts.target_group.map(str::to_owned),
                edition: working.edition.clone(),
                price_base: working.price_base.clone(),
                in_extension: facts.inside.in_extension,
                provisional: working.is_provisional(),
                nominal: working.includes_nominal(),
                quantity_micro: part(&quantities, position),
                numerator_micro: facts.ratio.map(|(numerator, _)| numerator),
                denominator_micro: facts.ratio.map(|(_, denominator)| denominator),
                worth: part(&worths, position)
                    .and_then(super::super::amount::Pence::new)
                    .map_or(Worth::RecordOnly, Worth::Pence),
            },
        })
        .collect()
}
