//! Walking over everything that stands within a roll-up's filters, contract by contract and line by line, and valuing it
//! anew: each contract under its own edition, or all under another. Nothing is stored, and little is held at a time.

mod lines;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::commitment::Commitment;
use crate::domain::contract::{Contract, Shares};
use crate::domain::edition::{Edition, EditionId};
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::standing::Ground;
use crate::domain::period::Period;
use crate::domain::place::Places;
use crate::domain::valuation::rate::RateBook;
use crate::storage::contract::ContractFilter;
use crate::storage::report::{LinesAsked, StandingLine, StandingReturn};
use crate::storage::total::RollUpQuery;
use crate::storage::{self, Tx};

use super::super::Refusal;
use super::super::roll_up::gather::Editions;
use super::cells::{Cells, Name, Row};
use lines::Kind;

/// Contracts of one page.
const CONTRACTS: i64 = 200;
/// Returns whose lines are read by one statement.
const RETURNS: usize = 200;
/// The most different faults that are told apart.
const MOST_FAULTS: usize = 1_000;

/// Why lines cannot be valued, and the first of them.
#[derive(Debug, Clone)]
pub(super) struct Met {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) contract: String,
    pub(super) period: Period,
    pub(super) line: String,
}

/// A walk, and what came of it so far.
pub(super) struct Walk<'a> {
    query: &'a RollUpQuery,
    editions: &'a Editions,
    places: &'a Places,
    within: Option<HashSet<&'a str>>,
    /// Whether ends are told where a licence keeps their values.
    sees: bool,
    own: BTreeMap<&'a EditionId, RateBook<'a>>,
    under: Option<RateBook<'a>>,
    fits: HashMap<(Name, Name), Result<(), Fault>>,
    cells: Cells,
    faults: HashMap<(&'static str, String), usize>,
    met: Vec<Met>,
    /// Kinds of lines of the returns that are being read.
    kinds: HashMap<u64, Vec<Arc<Kind>>>,
    ended: Option<Refusal>,
}

/// A contract that is walked over.
struct Opened<'c> {
    contract: &'c Contract,
    edition: &'c Edition,
    own: Ground<'c>,
    under: Option<Ground<'c>>,
    names: (Name, Name, Name),
}

/// A period of it.
struct Turn<'c> {
    opened: &'c Opened<'c>,
    period: Period,
    shares: &'c Shares,
    /// Whose parts are added; `None` is everybody's, together.
    holders: Option<Vec<(usize, Name)>>,
}

impl<'a> Walk<'a> {
    /// Begins one; `under` is the edition that everything is valued by, else each contract by its own.
    pub(super) fn of(
        query: &'a RollUpQuery,
        editions: &'a Editions,
        places: &'a Places,
        under: Option<&'a Edition>,
        sees: bool,
    ) -> Self {
        let books = editions.iter();
        let book = |edition| RateBook::of(edition, places);
        let within = query.places.as_ref();
        Self {
            query,
            editions,
            places,
            within: within.map(|codes| codes.iter().map(String::as_str).collect()),
            sees,
            own: books.map(|(id, edition)| (id, book(edition))).collect(),
            under: under.map(book),
            fits: HashMap::new(),
            cells: Cells::default(),
            faults: HashMap::new(),
            met: Vec::new(),
            kinds: HashMap::new(),
            ended: None,
        }
    }

    /// The rows that came of it, in no order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> {
        self.cells.rows()
    }

    /// Why lines could not be valued.
    pub(super) fn met(&self) -> &[Met] {
        &self.met
    }

    /// Walks.
    pub(super) async fn on(&mut self, tx: &mut Tx, partnership: &str) -> Result<(), Refusal> {
        let mut after: Option<String> = None;
        loop {
            let contracts = self.page(tx, partnership, after.as_deref()).await?;
            let Some(last) = contracts.last() else {
                return Ok(());
            };
            after = Some(last.id.clone());
            self.contracts(tx, partnership, &contracts).await?;
            if self.query.contract.is_some() {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        tx: &mut Tx,
        partnership: &str,
        after: Option<&str>,
    ) -> Result<Vec<Contract>, Refusal> {
        let query = self.query;
        if let Some(id) = &query.contract {
            let ids = [id.clone()];
            let found = storage::contract::some_within(tx, partnership, &ids, &query.reach).await?;
            return Ok(found);
        }
        let anchors = query.anchors.as_ref();
        let filter = ContractFilter {
            supplier: query.supplier.clone(),
            holder: anchors.and_then(|anchors| anchors.first().cloned()),
            edition: query.edition.clone(),
            reach: query.reach.clone(),
            ..ContractFilter::default()
        };
        Ok(storage::contract::list(tx, partnership, &filter, after, CONTRACTS).await?)
    }

    async fn contracts(
        &mut self,
        tx: &mut Tx,
        partnership: &str,
        contracts: &[Contract],
    ) -> Result<(), Refusal> {
        let query = self.query;
        let ids: Vec<String> = contracts.iter().map(|one| one.id.clone()).collect();
        let commitments = storage::commitment::of_contracts(tx, partnership, &ids).await?;
        let opened = contracts.iter().filter_map(|contract| {
            let own = commitments.get(&contract.id).map_or(&[][..], Vec::as_slice);
            self.open(contract, own)
        });
        let opened: BTreeMap<&str, Opened<'_>> = opened
            .map(|opened| (opened.contract.id.as_str(), opened))
            .collect();
        if self.asks(Stage::Committed) {
            opened.values().for_each(|opened| self.committed(opened));
        }
        self.go_on()?;
        let reported = [Stage::Claimed, Stage::Evidenced, Stage::Verified];
        if !reported.iter().any(|stage| self.asks(*stage)) {
            return Ok(());
        }
        let from = query.from.map_or(String::new(), |day| day.to_string());
        let to = query.to.map_or("~".to_owned(), |day| day.to_string());
        let days = (from.as_str(), to.as_str());
        let returns = storage::report::standing_returns(tx, partnership, &ids, days).await?;
        for some in returns.chunks(RETURNS) {
            self.returns(tx, partnership, some, &opened).await?;
        }
        Ok(())
    }

    fn open<'c>(
        &mut self,
        contract: &'c Contract,
        commitments: &'c [Commitment],
    ) -> Option<Opened<'c>>
    where
        'a: 'c,
    {
        // Of an edition that no total names, nothing stands.
        let edition: &'a Edition = self.editions.get(&contract.edition)?;
        let places: &'a Places = self.places;
        let ground = |edition| Ground {
            contract,
            edition,
            places,
            commitments,
        };
        let other = self.query.edition.as_ref();
        let supplier = self.query.supplier.as_ref();
        let paid = self.query.funding.as_ref();
        let passes = other.is_none_or(|text| *text == contract.edition.to_string())
            && supplier.is_none_or(|id| *id == contract.supplier)
            && paid.is_none_or(|sources| sources.contains(&contract.funding.source));
        let query = self.query;
        let mut named = |is_asked: bool, text: &str| match is_asked {
            true => self.cells.names.of(text),
            false => 0,
        };
        let names = (
            named(query.by_contract, &contract.id),
            named(query.by_supplier, &contract.supplier),
            named(true, &contract.edition.to_string()),
        );
        passes.then(|| Opened {
            contract,
            edition,
            own: ground(edition),
            under: self.under.as_ref().map(|book| ground(book.edition())),
            names,
        })
    }

    fn asks(&self, stage: Stage) -> bool {
        let stages = self.query.stages.as_ref();
        stages.is_none_or(|stages| stages.contains(&stage))
    }

    fn go_on(&mut self) -> Result<(), Refusal> {
        self.ended.take().map_or(Ok(()), Err)
    }

    async fn returns(
        &mut self,
        tx: &mut Tx,
        partnership: &str,
        returns: &[StandingReturn],
        opened: &BTreeMap<&str, Opened<'_>>,
    ) -> Result<(), Refusal> {
        let (claims, evidence, verified) = (
            self.asks(Stage::Claimed),
            self.asks(Stage::Evidenced),
            self.asks(Stage::Verified),
        );
        let mut asked: Vec<LinesAsked<'_>> = Vec::new();
        let mut turns: Vec<(Turn<'_>, Vec<Stage>)> = Vec::new();
        for one in returns {
            let Some(opened) = opened.get(one.contract_id.as_str()) else {
                continue;
            };
            let mut revisions: BTreeMap<i64, Vec<Stage>> = BTreeMap::new();
            let stages = [
                (claims, Stage::Claimed, Some(one.claimed)),
                (evidence, Stage::Evidenced, Some(one.claimed)),
                (verified, Stage::Verified, one.verified),
            ];
            for (is_asked, stage, revision) in stages {
                if let (true, Some(revision)) = (is_asked, revision) {
                    revisions.entry(revision).or_default().push(stage);
                }
            }
            for (revision, stages) in revisions {
                let Some(turn) = self.turn(opened, one.period) else {
                    continue;
                };
                asked.push(LinesAsked {
                    contract_id: &one.contract_id,
                    period: one.period,
                    revision,
                    evidence: one.has_evidence && stages.contains(&Stage::Evidenced),
                    accepted: one.has_lowered && stages.contains(&Stage::Verified),
                });
                turns.push((turn, stages));
            }
        }
        self.kinds.clear();
        let each_line = |given: StandingLine<'_>| {
            if let Some((turn, stages)) = turns.get(given.of) {
                self.reported(turn, stages, &given);
            }
        };
        storage::report::each_standing_line(tx, partnership, &asked, each_line).await?;
        self.go_on()
    }
}
