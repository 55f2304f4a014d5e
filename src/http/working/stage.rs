//! The working of a line at one stage, with the postings that it became.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::period::Period;
use crate::operations::explain_return::ExplainedLine;
use crate::operations::posted::{Posted, PostedPart};

use super::super::problem::ProblemFault;
use super::super::roll_ups::shown::LabelShown;
use super::WorkingShown;

/// A posting that a line became: the part of one anchor institution, and its place in the chain of the contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingShown {
    /// Its place in the chain of the contract's postings, from 1.
    #[schema(example = 12)]
    pub sequence: i64,
    /// When it was recorded, UTC.
    pub recorded_at: String,
    /// Why it was.
    #[schema(example = "return 2026-27-Q1 submitted")]
    pub reason: String,
    /// Whose part it is.
    pub anchor_institution: LabelShown,
    /// The share that it holds on the last day of the period.
    #[schema(example = "1/3")]
    pub share: Option<String>,
    /// Its part of the worth, in pounds: the parts of a line add up to the worth. `null` for record-only.
    #[schema(example = "32532.50")]
    pub worth: Option<String>,
    /// SHA-256 over the hash of the posting before it and every field of its own.
    pub hash: String,
}

impl From<PostedPart<'_>> for PostingShown {
    fn from(part: PostedPart<'_>) -> Self {
        let (identity, content) = (
            &part.posting.standing.identity,
            &part.posting.standing.content,
        );
        let pence = content.worth.pence();
        Self {
            sequence: part.posting.sequence,
            recorded_at: part.posting.recorded_at.to_string(),
            reason: part.posting.reason.clone(),
            anchor_institution: LabelShown {
                id: Some(identity.anchor.clone()),
                name: part.anchor_name.to_owned(),
            },
            share: part.share.map(ToString::to_string),
            worth: pence.map(crate::domain::amount::pounds_text),
            hash: part.posting.hash.clone(),
        }
    }
}

/// The working of a line at one stage, and what it became in the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageWorking {
    /// The working.
    #[serde(flatten)]
    pub working: WorkingShown,
    /// One an anchor institution; none where another revision stands, or none.
    pub postings: Vec<PostingShown>,
}

/// What the stages of a line are shown with.
#[derive(Debug, Clone, Copy)]
pub struct Showing<'a> {
    /// The edition that values it.
    pub edition: &'a Edition,
    /// Whether values that their licence keeps are told.
    pub sees: bool,
    /// What it became.
    pub posted: &'a Posted,
    /// Its period.
    pub period: Period,
}

/// The stages of a line, and why some of them cannot be valued.
#[derive(Debug)]
pub struct StagesShown {
    line: String,
    stages: Vec<(Stage, StageWorking)>,
    faults: Vec<Fault>,
}

impl StagesShown {
    /// Shows a line.
    #[must_use]
    pub fn of(showing: Showing<'_>, one: ExplainedLine) -> Self {
        let (mut stages, mut faults) = (Vec::new(), Vec::new());
        for (stage, worked) in one.stages {
            let posted = showing.posted.of(stage, showing.period, &one.line);
            match worked {
                Ok(working) => {
                    let working = WorkingShown::of(showing.edition, &working, showing.sees);
                    let postings = posted.map(PostingShown::from).collect();
                    stages.push((stage, StageWorking { working, postings }));
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults.dedup();
        Self {
            line: one.line,
            stages,
            faults,
        }
    }

    /// The name of the line.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Takes out a stage.
    pub fn take(&mut self, stage: Stage) -> Option<StageWorking> {
        let at = self.stages.iter().position(|(own, _)| *own == stage)?;
        Some(self.stages.remove(at).1)
    }

    /// What stands in the way, each with the place of the line.
    #[must_use]
    pub fn faults(&self, pointer: &str) -> Vec<ProblemFault> {
        let pointed = self.faults.iter().cloned();
        ProblemFault::of(pointed.map(|fault| fault.under(pointer)).collect())
    }
}
