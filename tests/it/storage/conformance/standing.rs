//! What stands of many returns at once, line by line.

use goodmeasure::domain::report::{Support, evidenced, supported};
use goodmeasure::storage::report::{LinesAsked, StandingLine, StandingReturn};
use goodmeasure::storage::{Tx, commitment, report};

use super::{Done, Told};
use crate::storage::samples::{P, period};

/// Contract 1 has an accepted revision of its first quarter, with evidence and lines at other figures; a later one was
/// sent back. Its second quarter is a draft, and contract 2 has no return.
pub(super) async fn what_stands(tx: &mut Tx, told: &mut Told) -> Done {
    let ids = ["1", "none", "2"].map(str::to_owned);
    let commitments = commitment::of_contracts(tx, P, &ids).await?;
    assert_eq!(commitments.len(), 1);
    assert_eq!(commitments["1"], commitment::of_contract(tx, P, "1").await?);
    let returns = report::standing_returns(tx, P, &ids, ("", "~")).await?;
    let first = StandingReturn {
        contract_id: "1".to_owned(),
        period: period("2026-27-Q1"),
        claimed: 1,
        has_evidence: true,
        verified: Some(1),
        has_lowered: true,
    };
    assert_eq!(returns, [first]);
    let later = ("2026-04-02", "~");
    assert!(
        report::standing_returns(tx, P, &ids, later)
            .await?
            .is_empty()
    );

    let whole = report::one(tx, P, "1", period("2026-27-Q1"))
        .await?
        .unwrap();
    let revision = whole.verified().unwrap();
    for is_asked in [true, false] {
        let asked = LinesAsked {
            contract_id: "1",
            period: period("2026-27-Q1"),
            revision: 1,
            evidence: is_asked,
            accepted: is_asked,
        };
        let gone = LinesAsked {
            contract_id: "none",
            ..asked
        };
        let mut found: Vec<String> = Vec::new();
        let each = |line: StandingLine<'_>| {
            found.push(format!("{line:#?}"));
            let mut lines = revision.lines.iter();
            let own = lines.find(|one| one.line == line.line).unwrap();
            assert_eq!(line.of, 1);
            assert_eq!(
                (line.measure, &line.reported),
                (own.measure.as_str(), &own.reported)
            );
            assert_eq!(
                (line.place, &line.contract_share),
                (own.place.as_deref(), &own.contract_share)
            );
            assert_eq!(
                line.share_and_attribution,
                own.share_and_attribution.as_deref()
            );
            if is_asked {
                assert_eq!(supported(&line.reported, line.support), evidenced(own));
                let figures = revision.accepted_figures(own).unwrap();
                assert_eq!(line.accepted.as_ref().unwrap_or(&line.reported), figures);
            } else {
                assert_eq!((line.support, &line.accepted), (Support::None, &None));
            }
        };
        report::each_standing_line(tx, P, &[gone, asked], each).await?;
        found.sort();
        assert_eq!(found.len(), revision.lines.len());
        told.note("lines that stand", found);
    }
    let nothing: [LinesAsked<'_>; 0] = [];
    report::each_standing_line(tx, P, &nothing, |line| panic!("{line:?}")).await
}
