//! The postings that lines became, each with its place in the chain of its contract (L2, L4, V12).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::amount::Share;
use crate::domain::contract::Contract;
use crate::domain::ledger::posting::{Posting, Stage};
use crate::domain::period::Period;
use crate::storage::{self, Tx};

use super::{Actor, Refusal};

/// Postings of one contract that stand, with the names of its anchor institutions.
#[derive(Debug, Clone)]
pub struct Posted {
    contract: Contract,
    postings: Vec<Posting>,
    names: BTreeMap<String, String>,
}

/// One anchor institution's posting of a line.
#[derive(Debug, Clone, Copy)]
pub struct PostedPart<'a> {
    /// The posting.
    pub posting: &'a Posting,
    /// What people call the anchor institution.
    pub anchor_name: &'a str,
    /// Its share on the last day of the period in the contract.
    pub share: Option<&'a Share>,
}

impl Posted {
    /// Reads what stands of a contract: of one period, or of all.
    pub(super) async fn read(
        tx: &mut Tx,
        actor: &Actor,
        contract: &Contract,
        period: Option<Period>,
    ) -> Result<Self, Refusal> {
        let partnership = actor.partnership.as_str();
        let postings =
            storage::posting::standing_whole(tx, partnership, &contract.id, period).await?;
        let anchors = postings.iter().map(|one| &one.standing.identity.anchor);
        let anchors: BTreeSet<&String> = anchors.collect();
        let anchors: Vec<String> = anchors.into_iter().cloned().collect();
        Ok(Self {
            names: storage::organisation::names(tx, partnership, &anchors).await?,
            contract: contract.clone(),
            postings,
        })
    }

    /// Leaves out the stages that are told otherwise than they stand.
    pub(super) fn only(&mut self, stands: impl Fn(Stage) -> bool) {
        let stage = |posting: &Posting| posting.standing.identity.stage;
        self.postings.retain(|posting| stands(stage(posting)));
    }

    /// The contract.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// What a line became at a stage, one posting an anchor institution.
    pub fn of<'a>(
        &'a self,
        stage: Stage,
        period: Period,
        line: &'a str,
    ) -> impl Iterator<Item = PostedPart<'a>> {
        let inside = self.contract.inside(period);
        let last = inside.and_then(|inside| period.last_day_inside(inside.span));
        let shares = self.contract.shares_on(last.unwrap_or(period.to()));
        let own = self.postings.iter().filter(move |posting| {
            let identity = &posting.standing.identity;
            identity.stage == stage && identity.period == period && identity.line == line
        });
        own.map(move |posting| {
            let anchor = &posting.standing.identity.anchor;
            let mut held = shares.into_iter().flat_map(|shares| shares.parts());
            PostedPart {
                posting,
                anchor_name: self.names.get(anchor).unwrap_or(anchor),
                share: held
                    .find(|(holder, _)| holder == anchor)
                    .map(|(_, share)| share),
            }
        })
    }
}
