//! The working of a return, as a page for people.

use crate::domain::ledger::posting::Stage;

use super::super::plain_text::Page;
use super::super::plain_text::working::{at_the_end, by_edition, headed, one, stages};
use super::working::{DraftWorking, ReturnWorking};

impl ReturnWorking {
    /// The same for people.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::titled(&format!(
            "The working of {}: {}, {}",
            self.period, self.reference, self.title
        ));
        if self.in_extension {
            page.say(
                0,
                "The period lies in the possible extension of the contract.",
            );
        }
        let from = &self.stages_from;
        let revisions = [
            ("Claimed and evidenced", from.claimed),
            ("Verified", from.verified),
        ];
        for (what, number) in revisions {
            if let Some(number) = number {
                page.say(0, &format!("{what}: what revision {number} says."));
            }
        }
        by_edition(&mut page, &self.proxy_edition, &self.method);
        for one in &self.lines {
            let all = [
                (Stage::Claimed, &one.claimed),
                (Stage::Evidenced, &one.evidenced),
                (Stage::Verified, &one.verified),
            ];
            page.heading(&headed(&one.line, all.iter().map(|(_, stage)| *stage)));
            stages(&mut page, &all, &one.faults);
        }
        if let Some(draft) = &self.draft {
            draft.on(&mut page);
        }
        at_the_end(&mut page, &self.warnings, &self.attribution);
        page
    }
}

impl DraftWorking {
    fn on(&self, page: &mut Page) {
        page.heading(&format!(
            "Draft, revision {}: nothing of it stands",
            self.revision
        ));
        for line in &self.lines {
            page.gap();
            if let Some(working) = &line.working {
                one(
                    page,
                    &format!("Line {}: {}", line.line, working.title),
                    working,
                );
            }
            for fault in &line.faults {
                let text = format!("Line {} cannot be valued yet: {}", line.line, fault.message);
                page.say(0, &text);
            }
        }
    }
}
