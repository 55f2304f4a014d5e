//! Everything said of one contract, and how a change of it reaches the ledger (L2, L5).

use std::sync::Arc;

use crate::domain::commitment::Commitment;
use crate::domain::contract::{Contract, Rebasing};
use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::ledger::difference::{Head, difference};
use crate::domain::ledger::standing::{self, Ground};
use crate::domain::moment::Moment;
use crate::domain::period::Period;
use crate::domain::place::Places;
use crate::domain::report::{ReportLine, Return};
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal};

/// A contract with its commitments, its returns and the partnership's places.
#[derive(Debug, Clone)]
pub struct Book {
    /// The contract.
    pub contract: Contract,
    /// The edition that it rests on.
    pub edition: Arc<Edition>,
    /// Those that it rested on before it was re-based.
    pub earlier: Vec<Arc<Edition>>,
    /// Its commitments by number.
    pub commitments: Vec<Commitment>,
    /// Its returns by period.
    pub returns: Vec<Return>,
    /// The partnership's places.
    pub places: Places,
}

/// Reads one; what is not of the actor's partnership is not there.
pub async fn open(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Book, Refusal> {
    let mut book = without_returns(tx, office, actor, contract_id).await?;
    book.returns = storage::report::of_contract(tx, &actor.partnership, contract_id).await?;
    Ok(book)
}

/// Reads one with the return of one period only, however many there are.
pub async fn open_at(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    label: &str,
) -> Result<Book, Refusal> {
    let mut book = without_returns(tx, office, actor, contract_id).await?;
    if let Some(period) = Period::parse(label) {
        let found = storage::report::one(tx, &actor.partnership, contract_id, period).await?;
        book.returns.extend(found);
    }
    Ok(book)
}

async fn without_returns(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Book, Refusal> {
    let partnership = actor.partnership.as_str();
    let contract = storage::contract::find(tx, partnership, contract_id)
        .await?
        .ok_or(Refusal::NotFound("contract"))?;
    let mut earlier = Vec::with_capacity(contract.rebasings.len());
    for rebasing in &contract.rebasings {
        earlier.push(office.edition(tx, partnership, &rebasing.from).await?);
    }
    Ok(Book {
        earlier,
        edition: office.edition(tx, partnership, &contract.edition).await?,
        commitments: storage::commitment::of_contract(tx, partnership, contract_id).await?,
        returns: Vec::new(),
        places: storage::place::all(tx, partnership).await?,
        contract,
    })
}

/// The claims of other periods that lines are counted together with (V5, V11): only lines that name an
/// activity or give starters meet lines of another period.
pub async fn claims_beside(
    tx: &mut Tx,
    actor: &Actor,
    contract_id: &str,
    period: Period,
    lines: &[ReportLine],
) -> Result<Vec<(Period, Vec<ReportLine>)>, Refusal> {
    let meets = |line: &ReportLine| line.activity.is_some() || line.starters.is_some();
    if !lines.iter().any(meets) {
        return Ok(Vec::new());
    }
    Ok(storage::report::claims_beside(tx, &actor.partnership, contract_id, period).await?)
}

/// Takes the contract's chain, so that nothing else changes the contract, and gives the moment this
/// change is recorded at: now, but always later than the change before it (L3).
pub async fn take_chain(
    tx: &mut Tx,
    actor: &Actor,
    contract_id: &str,
    at: Moment,
) -> Result<(Head, Moment), Refusal> {
    let head = storage::chain::lock(tx, &actor.partnership, contract_id)
        .await?
        .ok_or(Refusal::NotFound("contract"))?;
    let recorded_at = at.max(Moment::from_micros(head.recorded_at.micros() + 1));
    Ok((head, recorded_at))
}

impl Book {
    /// What its lines are valued with.
    pub fn ground(&self) -> Ground<'_> {
        self.ground_of(&self.contract, &self.commitments)
    }

    /// The same for the contract and its commitments as they were known once.
    pub fn ground_of<'a>(
        &'a self,
        contract: &'a Contract,
        commitments: &'a [Commitment],
    ) -> Ground<'a> {
        Ground {
            contract,
            edition: self.edition_of(contract),
            places: &self.places,
            commitments,
        }
    }

    /// The edition that the contract rests on as it is given: of now, or of then.
    fn edition_of(&self, contract: &Contract) -> &Arc<Edition> {
        let mut earlier = self.earlier.iter();
        let rested_on = earlier.find(|one| *one.id() == contract.edition);
        let now = *self.edition.id() == contract.edition;
        rested_on.filter(|_| !now).unwrap_or(&self.edition)
    }

    /// Everything as it was known at a moment; `None` where the contract was recorded later. Of a draft nothing is
    /// known: it may have been written over since.
    pub fn as_known_at(&self, moment: Moment) -> Option<Self> {
        let contract = self.contract.as_known_at(moment);
        contract.baseline()?;
        let commitments = self.commitments.iter();
        let returns = self.returns.iter().map(|one| one.as_known_at(moment));
        Some(Self {
            edition: Arc::clone(self.edition_of(&contract)),
            earlier: self.earlier.clone(),
            contract,
            commitments: commitments
                .filter_map(|one| one.as_known_at(moment))
                .collect(),
            returns: returns.filter(|one| one.latest().is_some()).collect(),
            places: self.places.clone(),
        })
    }

    /// Everything as it is from a re-basing on.
    pub fn rebased(&self, rebasing: &Rebasing, edition: Arc<Edition>) -> Self {
        let mut book = self.clone();
        let before = std::mem::replace(&mut book.edition, edition);
        book.earlier.push(before);
        book.contract.edition = rebasing.to.clone();
        book.contract.rebasings.push(rebasing.clone());
        book
    }

    /// What was promised must still lie in the contract; `pointer` is what leaves it over.
    pub fn refuse_left_over(&self, pointer: &str) -> Result<(), Refusal> {
        let ground = self.ground();
        let mut faults = Vec::new();
        for commitment in &self.commitments {
            let measure = ground.measure(&commitment.measure)?;
            let fault = commitment.plan_fault(&self.contract, measure);
            faults.extend(fault.map(|fault| Fault {
                pointer: pointer.to_owned(),
                ..fault
            }));
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Refusal::Invalid(faults)),
        }
    }

    /// The return of a period.
    pub fn find(&self, period: Period) -> Option<&Return> {
        self.returns.iter().find(|one| one.period == period)
    }
}

/// Which part of a contract a change may have moved.
pub enum Moved<'a> {
    /// The commitments.
    Commitments,
    /// One return.
    Return(&'a Return),
    /// Everything: the terms of the contract changed.
    Everything,
}

/// Appends the difference between what stands and what should stand, with totals, in this transaction.
pub async fn settle(
    tx: &mut Tx,
    actor: &Actor,
    book: &Book,
    moved: Moved<'_>,
    change: Change<'_>,
) -> Result<usize, Refusal> {
    let (partnership, contract) = (actor.partnership.as_str(), book.contract.id.as_str());
    let ground = book.ground();
    let (stands, should) = match moved {
        Moved::Commitments => (
            storage::posting::standing_of_commitments(tx, partnership, contract).await?,
            standing::of_commitments(&ground, &book.commitments)?,
        ),
        Moved::Return(given) => (
            storage::posting::standing_of_return(tx, partnership, contract, given.period).await?,
            standing::of_return(&ground, given)?,
        ),
        Moved::Everything => {
            let mut should = standing::of_commitments(&ground, &book.commitments)?;
            for given in &book.returns {
                let named = |fault: Fault| fault.under(&format!("/returns/{}", given.period));
                should.extend(standing::of_return(&ground, given).map_err(named)?);
            }
            (
                storage::posting::all_standing(tx, partnership, contract).await?,
                should,
            )
        }
    };
    let postings = difference(
        contract,
        change.head,
        &stands,
        should,
        change.recorded_at,
        change.reason,
    );
    if postings.is_empty() {
        // The moment is taken all the same, so that no two changes of a contract share one (L3).
        let head = Head {
            recorded_at: change.recorded_at,
            ..change.head.clone()
        };
        storage::chain::advance(tx, partnership, contract, head.length, &head).await?;
    }
    let funding = book.contract.funding.source;
    storage::posting::append(tx, partnership, contract, funding, &postings).await?;
    Ok(postings.len())
}

/// The change that postings are appended for.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// Where the chain ends before it.
    pub head: &'a Head,
    /// When it is recorded.
    pub recorded_at: Moment,
    /// Why.
    pub reason: &'a str,
}
