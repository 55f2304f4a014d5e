//! How an edition is governed, as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::governance::{EditionState, Governed, Way};
use crate::domain::policy::Action;
use crate::domain::report::Done;
use crate::operations::Office;
use crate::operations::editions::govern_edition::may_decide;

use super::super::caller::Caller;

/// A step, and who took it when.
#[derive(Debug, Serialize, ToSchema)]
pub struct GovernanceStepShown {
    /// Id of the key or person.
    pub by: String,
    /// When.
    pub at: String,
}

impl From<&Done> for GovernanceStepShown {
    fn from(done: &Done) -> Self {
        Self {
            by: done.by.clone(),
            at: done.at.to_string(),
        }
    }
}

/// What took the place of an edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuccessionShown {
    /// The edition that did.
    #[schema(example = "our-table/2027")]
    pub successor: String,
    /// Who published that one when.
    pub step: GovernanceStepShown,
}

/// That no new contract may rest on an edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalShown {
    /// Why.
    pub reason: String,
    /// Who withdrew it when.
    pub step: GovernanceStepShown,
}

/// How the partnership governs an edition: who did what, and what may be done next by who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct GovernanceShown {
    /// How often its table was put: decisions name it.
    #[schema(example = 1)]
    pub revision: i64,
    /// Who put the table that it has now.
    pub drafted: GovernanceStepShown,
    /// Who proposed it.
    pub proposed: Option<GovernanceStepShown>,
    /// Who approved it.
    pub approved: Option<GovernanceStepShown>,
    /// Who published it.
    pub published: Option<GovernanceStepShown>,
    /// What took its place.
    pub superseded: Option<SuccessionShown>,
    /// That no new contract may rest on it.
    pub withdrawn: Option<WithdrawalShown>,
    /// Whether you may put another table in its place.
    pub may_replace: bool,
    /// Whether you may propose it.
    pub may_propose: bool,
    /// Whether you may approve it or send it back: not what you wrote or proposed yourself.
    pub may_approve: bool,
    /// Whether you may publish it.
    pub may_publish: bool,
    /// Whether you may withdraw it.
    pub may_withdraw: bool,
}

impl GovernanceShown {
    /// Of an edition, as one who asks sees it.
    pub fn of(governed: &Governed, office: &Office, caller: &Caller) -> Self {
        let way = &governed.way;
        let governs = caller.may(Action::GovernEditions);
        Self {
            revision: governed.revision,
            drafted: (&governed.drafted).into(),
            proposed: way.proposal().map(|one| (&one.proposed).into()),
            approved: way.approval().map(|one| (&one.approved).into()),
            published: way.publication().map(|one| (&one.published).into()),
            superseded: way.succession().map(|one| SuccessionShown {
                successor: one.by.to_string(),
                step: (&one.done).into(),
            }),
            withdrawn: way.withdrawal().map(|one| WithdrawalShown {
                reason: one.because.clone(),
                step: (&one.done).into(),
            }),
            may_replace: governs && way.state() == EditionState::Draft,
            may_propose: governs && way.state() == EditionState::Draft,
            may_approve: governs
                && matches!(way, Way::Proposed(one) if may_decide(office, &caller.actor, governed, one)),
            may_publish: governs && way.state() == EditionState::Approved,
            may_withdraw: governs && governed.may_be_pinned(),
        }
    }
}
