//! The oracle: what would be posted under another edition, by the code that posts, one line at a time.

use std::collections::BTreeMap;

use goodmeasure::domain::edition::Edition;
use goodmeasure::domain::ledger::posting::{Stage, Standing};
use goodmeasure::domain::ledger::standing::{self, Ground};
use goodmeasure::domain::report::{Return, State};
use goodmeasure::operations::Refusal;
use goodmeasure::storage::contract::ContractFilter;
use goodmeasure::storage::{self, Tx};

use crate::support::app::App;

/// What a portfolio comes to, worked out by the code that posts, one line at a time.
pub type Expected = BTreeMap<(String, String, String), (i64, i64)>;

/// What should stand of everything under an edition, each posting by anchor institution, measure and stage;
/// and how many lines cannot be valued, by stage.
pub async fn posted_under(app: &App, edition: &Edition) -> (Expected, BTreeMap<String, i64>) {
    let read = async |tx: &mut Tx| {
        let filter = ContractFilter::default();
        let contracts = storage::contract::list(tx, "default", &filter, None, 1_000).await?;
        let places = storage::place::all(tx, "default").await?;
        let mut all = Vec::new();
        for contract in contracts {
            let commitments = storage::commitment::of_contract(tx, "default", &contract.id).await?;
            let returns = storage::report::of_contract(tx, "default", &contract.id).await?;
            let own = app.office.edition(tx, "default", &contract.edition).await?;
            all.push((contract, own, commitments, returns));
        }
        Ok::<_, Refusal>((all, places))
    };
    let (all, places) = app.office.store.read(read).await.unwrap();
    let (mut expected, mut not) = (Expected::new(), BTreeMap::new());
    for (contract, own, commitments, returns) in &all {
        let ground = Ground {
            contract,
            edition,
            places: &places,
            commitments,
        };
        let mut add = |code: &str, standing: Vec<Standing>| {
            let measure = own.measure(code).unwrap().code.clone();
            for one in standing {
                let stage = one.identity.stage.word().to_owned();
                let key = (one.identity.anchor, measure.clone(), stage);
                let cell = expected.entry(key).or_default();
                cell.0 += one.content.worth.pence().unwrap_or_default();
                cell.1 += 1;
            }
        };
        let fits = |code: &str| {
            let (one, other) = (own.measure(code).unwrap(), edition.measure(code));
            other.is_some_and(|other| one.unit == other.unit && one.quantity == other.quantity)
        };
        let mut left = |stage: Stage| *not.entry(stage.word().to_owned()).or_insert(0) += 1;
        for commitment in commitments {
            let own_ground = Ground {
                edition: own,
                ..ground
            };
            let plan = commitment.plan(contract, own_ground.measure(&commitment.measure).unwrap());
            let fits = fits(&commitment.measure);
            let valued =
                fits.then(|| standing::of_commitments(&ground, std::slice::from_ref(commitment)));
            match valued {
                Some(Ok(standing)) => add(&commitment.measure, standing),
                // Of some periods it can be valued, and of others not.
                Some(Err(_)) => {
                    for planned in &plan {
                        match ground.value_planned(commitment, planned) {
                            Ok(_) => panic!("a commitment is valued in part"),
                            Err(_) => left(Stage::Committed),
                        }
                    }
                }
                None => plan.iter().for_each(|_| left(Stage::Committed)),
            }
        }
        for given in returns {
            for line in lines_of(given) {
                let mut alone = given.clone();
                for revision in &mut alone.revisions {
                    revision.lines.retain(|one| one.line == line);
                    if let State::Accepted(_, _, lowered) = &mut revision.state {
                        lowered.retain(|one| one.line == line);
                    }
                }
                let code = alone.revisions.iter().find_map(|one| one.lines.first());
                let code = code.unwrap().measure.clone();
                let own_ground = Ground {
                    edition: own,
                    ..ground
                };
                let now = standing::of_return(&own_ground, &alone).unwrap();
                match standing::of_return(&ground, &alone) {
                    Ok(standing) if fits(&code) => add(&code, standing),
                    _ => {
                        let leads = now.iter().filter(|one| one.identity.position == 0);
                        leads.for_each(|one| left(one.identity.stage));
                    }
                }
            }
        }
    }
    (expected, not)
}

fn lines_of(given: &Return) -> Vec<String> {
    let lines = given.revisions.iter().flat_map(|one| &one.lines);
    let mut names: Vec<String> = lines.map(|line| line.line.clone()).collect();
    names.sort();
    names.dedup();
    names
}
