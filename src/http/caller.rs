//! Who asks, and what they may do.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::ops::Deref;
use std::rc::Rc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};

use crate::domain::contract::Contract;
use crate::domain::period::Day;
use crate::domain::policy::{Action, Grant, Reach, Standing, Verdict, decide, decide_all};
use crate::operations::{Actor, Office, Refusal};
use crate::storage::{self, Tx};

use super::problem::Problem;

/// The one who asks. A handler that takes one is reached only by who may do what it does.
#[derive(Debug, Clone)]
pub struct Caller(Rc<Asking>);

/// What is known of the one who asks.
#[derive(Debug)]
pub struct Asking {
    /// Who it is.
    pub actor: Actor,
    /// The day of the request.
    today: Day,
    /// The contract that the path is about, where the policy needed to know it.
    contract: Option<Contract>,
}

impl Deref for Caller {
    type Target = Asking;

    fn deref(&self) -> &Asking {
        &self.0
    }
}

impl Caller {
    /// One who asks about no contract.
    pub fn new(actor: Actor, today: Day) -> Self {
        Self(Rc::new(Asking {
            actor,
            today,
            contract: None,
        }))
    }

    /// The one who asks, as the policy let them through. Without one the route has no action: it answers nobody.
    ///
    /// # Errors
    /// 401.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let known = request.extensions().get::<Self>().cloned();
        known.ok_or_else(Problem::unauthorised)
    }

    /// The same asking about a contract, where it lies within their reach. What lies outside is not there.
    pub async fn about(&self, office: &Office, id: &str) -> Result<Self, Problem> {
        let (partnership, reach) = (self.actor.partnership.as_str(), self.reach());
        let contract = office
            .store
            .read(async |tx: &mut Tx| {
                let found = storage::contract::find_within(tx, partnership, id, &reach).await?;
                Ok::<_, Refusal>(found)
            })
            .await?;
        Ok(self.asking(contract))
    }

    /// The same asking about each of some contracts, by id. What lies outside their reach is not there.
    pub async fn about_each(
        &self,
        office: &Office,
        ids: &[String],
    ) -> Result<BTreeMap<String, Self>, Problem> {
        let (partnership, reach) = (self.actor.partnership.as_str(), self.reach());
        let found = office
            .store
            .read(async |tx: &mut Tx| {
                let found = storage::contract::some_within(tx, partnership, ids, &reach).await?;
                Ok::<_, Refusal>(found)
            })
            .await?;
        let about = |contract: Contract| (contract.id.clone(), self.asking(Some(contract)));
        Ok(found.into_iter().map(about).collect())
    }

    fn asking(&self, contract: Option<Contract>) -> Self {
        Self(Rc::new(Asking {
            actor: self.actor.clone(),
            today: self.today,
            contract,
        }))
    }
}

impl Asking {
    /// Which contracts, and the figures of which, they may see.
    pub fn reach(&self) -> Reach {
        Reach::of(&self.actor.grants)
    }

    /// The same of what they may do something to: a grant that does not allow it reaches nothing.
    pub fn reach_to(&self, action: Action) -> Reach {
        let allows =
            |grant: &&Grant| decide(Some(grant.role), action, Standing::NotAsked) == Verdict::May;
        let grants: Vec<Grant> = self.actor.grants.iter().filter(allows).cloned().collect();
        Reach::of(&grants)
    }

    /// What the policy says to an action on the contract that the path is about.
    pub fn verdict(&self, action: Action) -> Verdict {
        match &self.contract {
            Some(contract) => self.verdict_on(action, contract),
            None => decide_all(&self.actor.grants, action, |_| Standing::Stranger),
        }
    }

    /// Whether they may do something to the contract that the path is about.
    pub fn may(&self, action: Action) -> bool {
        self.verdict(action) == Verdict::May
    }

    /// Whether they see every contract of the partnership, whoever holds it.
    pub fn sees_all(&self) -> bool {
        let whole = |grant: &Grant| !grant.role.is_of_organisations();
        self.actor.grants.iter().all(whole)
    }

    /// Whether they may do something to a contract.
    pub fn may_do(&self, action: Action, contract: &Contract) -> bool {
        self.verdict_on(action, contract) == Verdict::May
    }

    /// Refuses what they may not do on behalf of any of some organisations that will hold a contract.
    ///
    /// # Errors
    /// 403 `may_not`.
    pub fn must_hold(&self, action: Action, holders: &[&str]) -> Result<(), Problem> {
        let verdict = decide_all(&self.actor.grants, action, |grant| {
            let own = |id: &&str| grant.organisations.contains(*id);
            if holders.iter().any(own) {
                Standing::Holds
            } else {
                Standing::NotAsked
            }
        });
        if verdict == Verdict::May {
            return Ok(());
        }
        let mut problem = Problem::may_not();
        if decide_all(&self.actor.grants, action, |_| Standing::Holds) == Verdict::May {
            problem.detail =
                "none of your organisations holds a share of it; ask whoever may".to_owned();
        }
        Err(problem)
    }

    fn verdict_on(&self, action: Action, contract: &Contract) -> Verdict {
        decide_all(&self.actor.grants, action, |grant| {
            grant.standing(contract, self.today)
        })
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
