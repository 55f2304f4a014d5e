//! Rows of returns, read back as what they were.

use super::super::StorageError;
use super::super::cell::{Cells, maybe_moment};
use super::super::codec;
use crate::domain::amount::{Quantity, Share};
use crate::domain::moment::Moment;
use crate::domain::period::Period;
use crate::domain::report::{
    AcceptedLine, Attestation, Decided, Done, Evidence, EvidenceKind, ReportLine, Revision, State,
};

#[derive(sqlx::FromRow)]
pub(super) struct RevisionRow {
    pub(super) period: String,
    pub(super) revision: i64,
    pub(super) state: String,
    contract_and_period_only: i64,
    relates_to_commitment: i64,
    saved_at: i64,
    saved_by: String,
    submitted_at: Option<i64>,
    submitted_by: Option<String>,
    decided_at: Option<i64>,
    decided_by: Option<String>,
    reason: Option<String>,
}

/// A line beside one piece of its evidence.
#[derive(sqlx::FromRow)]
pub(super) struct LineRow {
    pub(super) period: String,
    pub(super) revision: i64,
    pub(super) line: String,
    measure: String,
    reported: String,
    starters_micro: Option<i64>,
    place: Option<String>,
    target_group: Option<String>,
    tier: i64,
    activity: Option<String>,
    contract_share: String,
    share_and_attribution: Option<String>,
    note: Option<String>,
    fingerprint: Option<String>,
    link: Option<String>,
    supported_micro: Option<i64>,
}

#[derive(sqlx::FromRow)]
pub(super) struct AcceptedRow {
    pub(super) period: String,
    pub(super) revision: i64,
    pub(super) line: String,
    accepted: String,
    reason: String,
}

impl RevisionRow {
    pub(super) fn read(
        self,
        contract_id: &str,
        lines: Vec<ReportLine>,
        accepted: Vec<AcceptedLine>,
    ) -> Result<(Period, Revision), StorageError> {
        let key = format!("{contract_id} {} {}", self.period, self.revision);
        let cells = Cells {
            table: "return_revision",
            key: &key,
        };
        let done = |at: Option<i64>, by: Option<String>| Some((maybe_moment(at)?, by?));
        let submitted = done(self.submitted_at, self.submitted_by).map(|(at, by)| Done { at, by });
        let decided = done(self.decided_at, self.decided_by).map(|(at, by)| Decided {
            done: Done { at, by },
            reason: self.reason,
        });
        let state = match (self.state.as_str(), submitted, decided) {
            ("draft", None, None) => State::Draft,
            ("submitted", Some(done), None) => State::Submitted(done),
            ("sent_back", Some(done), Some(decided)) => State::SentBack(done, decided),
            ("accepted", Some(done), Some(decided)) => State::Accepted(done, decided, accepted),
            ("rejected", Some(done), Some(decided)) => State::Rejected(done, decided),
            (word, ..) => {
                let message = format!("`{word}` is no state, or not with these dates and people");
                return Err(cells.corrupt("state", message));
            }
        };
        let attestation = Attestation {
            contract_and_period_only: cells
                .flag("contract_and_period_only", self.contract_and_period_only)?,
            relates_to_commitment: cells
                .flag("relates_to_commitment", self.relates_to_commitment)?,
        };
        let revision = Revision {
            number: self.revision,
            lines,
            attestation,
            saved: Done {
                at: Moment::from_micros(self.saved_at),
                by: self.saved_by,
            },
            state,
        };
        Ok((cells.period("period", &self.period)?, revision))
    }
}

impl LineRow {
    pub(super) fn read(self, contract_id: &str) -> Result<ReportLine, StorageError> {
        let key = format!(
            "{contract_id} {} {} {}",
            self.period, self.revision, self.line
        );
        let cells = Cells {
            table: "return_line",
            key: &key,
        };
        let evidence = match (self.link, self.fingerprint) {
            (Some(link), Some(_)) => Some(EvidenceKind::Link(link)),
            (None, Some(hash)) => Some(EvidenceKind::Sha256(hash)),
            _ => None,
        };
        let supports = |micro: Option<i64>| -> Result<Option<Quantity>, StorageError> {
            let cells = Cells {
                table: "return_evidence",
                ..cells
            };
            cells.maybe_quantity("quantity_micro", micro)
        };
        let quantity = supports(self.supported_micro)?;
        Ok(ReportLine {
            reported: cells.good("reported", codec::reported(&self.reported))?,
            starters: cells.maybe_quantity("starters_micro", self.starters_micro)?,
            contract_share: cells.good("contract_share", Share::parse(&self.contract_share))?,
            line: self.line,
            measure: self.measure,
            place: self.place,
            target_group: self.target_group,
            tier: self.tier,
            activity: self.activity,
            share_and_attribution: self.share_and_attribution,
            note: self.note,
            evidence: evidence
                .map(|kind| Evidence { kind, quantity })
                .into_iter()
                .collect(),
        })
    }
}

impl AcceptedRow {
    pub(super) fn read(self, contract_id: &str) -> Result<AcceptedLine, StorageError> {
        let key = format!(
            "{contract_id} {} {} {}",
            self.period, self.revision, self.line
        );
        let cells = Cells {
            table: "return_accepted_line",
            key: &key,
        };
        Ok(AcceptedLine {
            accepted: cells.good("accepted", codec::reported(&self.accepted))?,
            line: self.line,
            reason: self.reason,
        })
    }
}
