//! Worked examples of restating, as a roll-up does it.

use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::amount::{Pence, pounds_text};
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::fault::Fault;
use goodmeasure::domain::restating::{Restated, Restating};

use super::format::RestatingExample;

/// What is wrong with an example.
pub(super) fn wrong(catalogue: &Catalogue, example: &RestatingExample, at: &str) -> Option<String> {
    let name = format!("{at}: {} ({})", example.name.get_ref(), example.rule);
    let sum = match (sum(catalogue, example), &example.refused) {
        (Ok(sum), None) => sum,
        (Err(fault), Some(code)) if fault.code == code => return None,
        (Err(fault), _) => return Some(format!("{name}: refused: {fault}")),
        (Ok(_), Some(code)) => return Some(format!("{name}: taken, expected {code}")),
    };
    let pence = sum.restated().unwrap() + sum.at_face_value().unwrap();
    let came = Some(pounds_text(pence));
    if came != example.restated {
        return Some(format!(
            "{name}: it is {came:?}, expected {:?}",
            example.restated
        ));
    }
    let provisional = example.provisional.unwrap_or(false);
    (sum.is_provisional() != provisional)
        .then(|| format!("{name}: provisional is {}", !provisional))
}

fn sum(catalogue: &Catalogue, example: &RestatingExample) -> Result<Restated, Fault> {
    let pence = |text: &str| Pence::parse_pounds(text).unwrap().pence();
    let mut sum = Restated::default();
    for (edition, worth) in &example.worth {
        let edition = catalogue
            .edition(&EditionId::parse(edition).unwrap())
            .unwrap();
        sum.add(pence(worth), &Restating::of(edition, &example.prices)?.step);
    }
    sum.add_at_face_value(example.face_value.as_deref().map_or(0, pence));
    Ok(sum)
}
