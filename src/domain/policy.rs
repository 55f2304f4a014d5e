//! Who may do what: one `match` over role, action and standing (DESIGN section 7). `http` asks it, and nothing
//! else does.

use std::collections::BTreeSet;

use super::contract::Contract;
use super::period::Day;
use super::words::words;

words! {
    /// What somebody is in a partnership. Who has no role is the public.
    Role {
        /// Does everything in the partnership.
        Administrator = "administrator",
        /// Acts for anchor institutions: makes contracts, decides returns.
        Commissioner = "commissioner",
        /// Acts for suppliers: reports.
        Supplier = "supplier",
        /// Reads everything, changes nothing.
        Analyst = "analyst",
    }
}

impl Role {
    /// Whether it acts for organisations that must be named.
    #[must_use]
    pub fn is_of_organisations(self) -> bool {
        matches!(self, Self::Commissioner | Self::Supplier)
    }
}

words! {
    /// What can be asked for; every operation of the API is one of these.
    Action {
        /// Reads measures, taxonomies, series, proxy editions and places.
        ReadReference = "read_reference",
        /// Reads proxy editions of the partnership's own that are not published yet.
        ReadDraftEditions = "read_draft_editions",
        /// Drafts, proposes, approves, publishes and withdraws proxy editions, and brings the series that they rest on.
        GovernEditions = "govern_editions",
        /// Sees values whose licence does not let them be passed on.
        SeeKeptValues = "see_kept_values",
        /// Values what is given, with nothing stored.
        Calculate = "calculate",
        /// Reads organisations.
        ReadOrganisations = "read_organisations",
        /// Adds an organisation that is no anchor institution.
        AddOrganisation = "add_organisation",
        /// Adds an anchor institution.
        AddAnchorInstitution = "add_anchor_institution",
        /// Adds a place.
        AddPlace = "add_place",
        /// Lists contracts, or returns across contracts.
        ListContracts = "list_contracts",
        /// Asks for a contract to be added, whoever will hold it.
        AskForContract = "ask_for_contract",
        /// Adds a contract.
        AddContract = "add_contract",
        /// Asks for commitments to be added to contracts, whichever they are.
        AskToCommit = "ask_to_commit",
        /// Asks for returns to be put, of whichever contracts.
        AskToReport = "ask_to_report",
        /// Reads a contract, its commitments, amendments, value and returns.
        ReadContract = "read_contract",
        /// Amends a contract, adds and amends its commitments.
        AmendContract = "amend_contract",
        /// Puts and submits returns.
        Report = "report",
        /// Decides returns.
        Decide = "decide",
        /// Rolls up.
        RollUp = "roll_up",
        /// Publishes a roll-up, and says whether anybody may read it.
        Publish = "publish",
        /// Reads publications.
        ReadPublications = "read_publications",
        /// Reads what was published to everybody.
        ReadPublic = "read_public",
        /// Reads who did what when.
        ReadAudit = "read_audit",
        /// Makes, lists, rotates and revokes keys.
        ManageKeys = "manage_keys",
    }
}

/// How the organisations of a grant stand to the contract that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No one contract is asked about.
    NotAsked,
    /// They hold a share of it today.
    Holds,
    /// They held a share once, or will.
    HeldOnce,
    /// They deliver it.
    Supplies,
    /// Neither; or there is no such contract.
    Stranger,
}

/// What the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Say first who you are.
    SignIn,
    /// It may not even be seen: as if it were not there.
    NotThere,
    /// It may be seen, and this may not be done.
    MayNot,
    /// It may be done.
    May,
}

/// A role, with the organisations it is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Ids of its organisations; none where the role is for the whole partnership.
    pub organisations: BTreeSet<String>,
}

impl Grant {
    /// A role for the whole partnership.
    #[must_use]
    pub fn whole(role: Role) -> Self {
        Self {
            role,
            organisations: BTreeSet::new(),
        }
    }

    /// How its organisations stand to a contract on a day.
    #[must_use]
    pub fn standing(&self, contract: &Contract, today: Day) -> Standing {
        let own = |id: &String| self.organisations.contains(id);
        let holds = |terms: &super::contract::Terms| {
            let mut holders = terms.shares.parts().iter().map(|(holder, _)| holder);
            holders.any(own)
        };
        match self.role {
            Role::Supplier if own(&contract.supplier) => Standing::Supplies,
            Role::Commissioner if contract.terms_on(today).is_some_and(holds) => Standing::Holds,
            Role::Commissioner if contract.versions.iter().any(holds) => Standing::HeldOnce,
            _ => Standing::Stranger,
        }
    }
}

/// Whether one role may do something, standing so to the contract it is about. `None` is the public.
#[must_use]
pub fn decide(role: Option<Role>, action: Action, standing: Standing) -> Verdict {
    use Action as A;
    use Standing as S;
    use Verdict::{May, MayNot, NotThere, SignIn};
    let Some(role) = role else {
        return match action {
            A::ReadPublic => May,
            _ => SignIn,
        };
    };
    match (role, action, standing) {
        (Role::Administrator, ..)
        | (_, A::ReadReference | A::Calculate | A::ReadOrganisations, _)
        | (_, A::ListContracts | A::RollUp | A::ReadPublications | A::ReadPublic, _)
        | (Role::Analyst, A::ReadContract, _)
        | (Role::Commissioner | Role::Analyst, A::ReadDraftEditions, _)
        | (Role::Commissioner, A::AddOrganisation | A::AskForContract | A::AskToCommit, _)
        | (Role::Commissioner, A::Publish, _)
        | (Role::Supplier, A::AskToReport, _)
        | (Role::Commissioner, A::ReadAudit, S::NotAsked)
        | (Role::Commissioner, A::AddContract, S::Holds)
        | (Role::Commissioner, A::ReadContract | A::ReadAudit, S::Holds | S::HeldOnce)
        | (Role::Commissioner, A::AmendContract | A::Decide, S::Holds)
        | (Role::Supplier, A::ReadContract | A::Report, S::Supplies) => May,
        (Role::Commissioner | Role::Supplier, A::ReadContract | A::AmendContract, S::Stranger)
        | (Role::Commissioner | Role::Supplier, A::Report | A::Decide, S::Stranger) => NotThere,
        _ => MayNot,
    }
}

/// The best that any of some grants says, each standing for itself.
#[must_use]
pub fn decide_all(
    grants: &[Grant],
    action: Action,
    standing: impl Fn(&Grant) -> Standing,
) -> Verdict {
    let each = grants
        .iter()
        .map(|grant| decide(Some(grant.role), action, standing(grant)));
    each.max().unwrap_or(Verdict::SignIn)
}

/// Which contracts, and the figures of which, may be seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Reach {
    /// All of the partnership.
    #[default]
    Everything,
    /// Those of some organisations.
    Of {
        /// Contracts they hold or held a share of.
        held_by: BTreeSet<String>,
        /// Contracts they supply.
        supplied_by: BTreeSet<String>,
    },
}

impl Reach {
    /// What some grants reach: whatever any of them does.
    #[must_use]
    pub fn of(grants: &[Grant]) -> Self {
        let (mut held_by, mut supplied_by) = (BTreeSet::new(), BTreeSet::new());
        for grant in grants {
            match grant.role {
                Role::Administrator | Role::Analyst => return Self::Everything,
                Role::Commissioner => held_by.extend(grant.organisations.iter().cloned()),
                Role::Supplier => supplied_by.extend(grant.organisations.iter().cloned()),
            }
        }
        Self::Of {
            held_by,
            supplied_by,
        }
    }

    /// The only organisations that may be seen besides the anchor institutions; `None` is all of them. A supplier
    /// does not see other suppliers.
    #[must_use]
    pub fn organisations(&self) -> Option<&BTreeSet<String>> {
        match self {
            Self::Of {
                held_by,
                supplied_by,
            } if held_by.is_empty() => Some(supplied_by),
            _ => None,
        }
    }

    /// Whether everything within another one is within this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everything, _) => true,
            (_, Self::Everything) => false,
            (
                Self::Of {
                    held_by,
                    supplied_by,
                },
                Self::Of {
                    held_by: other_held,
                    supplied_by: other_supplied,
                },
            ) => other_held.is_subset(held_by) && other_supplied.is_subset(supplied_by),
        }
    }

    /// Whether the part of a contract's figures that belongs to one anchor institution may be seen.
    #[must_use]
    pub fn shows_anchor(&self, id: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Of {
                held_by,
                supplied_by,
            } => !supplied_by.is_empty() || held_by.contains(id),
        }
    }

    /// Whether figures of a supplier may be seen.
    #[must_use]
    pub fn shows_supplier(&self, id: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Of {
                held_by,
                supplied_by,
            } => !held_by.is_empty() || supplied_by.contains(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row an action; each column a role in a standing: yes, no (403), hidden (404).
    /// Commissioner: not asked, holds, held once, stranger. Supplier: not asked, supplies, stranger. Analyst, administrator.
    const TABLE: &str = "
                               commissioner              supplier            analyst admin
        read_reference         yes yes yes    yes        yes yes    yes      yes     yes
        read_draft_editions    yes yes yes    yes        no  no     no       yes     yes
        govern_editions        no  no  no     no         no  no     no       no      yes
        see_kept_values        no  no  no     no         no  no     no       no      yes
        calculate              yes yes yes    yes        yes yes    yes      yes     yes
        read_organisations     yes yes yes    yes        yes yes    yes      yes     yes
        add_organisation       yes yes yes    yes        no  no     no       no      yes
        add_anchor_institution no  no  no     no         no  no     no       no      yes
        add_place              no  no  no     no         no  no     no       no      yes
        list_contracts         yes yes yes    yes        yes yes    yes      yes     yes
        ask_for_contract       yes yes yes    yes        no  no     no       no      yes
        add_contract           no  yes no     no         no  no     no       no      yes
        ask_to_commit          yes yes yes    yes        no  no     no       no      yes
        ask_to_report          no  no  no     no         yes yes    yes      no      yes
        read_contract          no  yes yes    hidden     no  yes    hidden   yes     yes
        amend_contract         no  yes no     hidden     no  no     hidden   no      yes
        report                 no  no  no     hidden     no  yes    hidden   no      yes
        decide                 no  yes no     hidden     no  no     hidden   no      yes
        roll_up                yes yes yes    yes        yes yes    yes      yes     yes
        publish                yes yes yes    yes        no  no     no       no      yes
        read_publications      yes yes yes    yes        yes yes    yes      yes     yes
        read_public            yes yes yes    yes        yes yes    yes      yes     yes
        read_audit             yes yes yes    no         no  no     no       no      yes
        manage_keys            no  no  no     no         no  no     no       no      yes";

    const COLUMNS: [(Role, Standing); 9] = [
        (Role::Commissioner, Standing::NotAsked),
        (Role::Commissioner, Standing::Holds),
        (Role::Commissioner, Standing::HeldOnce),
        (Role::Commissioner, Standing::Stranger),
        (Role::Supplier, Standing::NotAsked),
        (Role::Supplier, Standing::Supplies),
        (Role::Supplier, Standing::Stranger),
        (Role::Analyst, Standing::Stranger),
        (Role::Administrator, Standing::Stranger),
    ];

    #[test]
    fn the_table_says_what_the_match_says() {
        let mut rows = TABLE.lines().skip(2);
        for action in Action::ALL {
            let row = rows.next().expect("a row for each action");
            let mut words = row.split_whitespace();
            assert_eq!(words.next(), Some(action.word()));
            for (role, standing) in COLUMNS {
                let expected = match words.next() {
                    Some("yes") => Verdict::May,
                    Some("no") => Verdict::MayNot,
                    Some("hidden") => Verdict::NotThere,
                    other => panic!("{action}: {other:?}"),
                };
                let found = decide(Some(role), *action, standing);
                assert_eq!(found, expected, "{action} as {role}, {standing:?}");
            }
            assert_eq!(words.next(), None);
            let of_the_public = match action {
                Action::ReadPublic => Verdict::May,
                _ => Verdict::SignIn,
            };
            let found = decide(None, *action, Standing::NotAsked);
            assert_eq!(found, of_the_public, "{action} as the public");
        }
        assert_eq!(rows.next(), None);
    }

    #[test]
    fn a_reach_covers_what_is_no_wider() {
        let of = |held: &[&str], supplied: &[&str]| Reach::Of {
            held_by: held.iter().map(|id| (*id).to_owned()).collect(),
            supplied_by: supplied.iter().map(|id| (*id).to_owned()).collect(),
        };
        let both = of(&["a", "b"], &["s"]);
        assert!(Reach::Everything.covers(&Reach::Everything) && Reach::Everything.covers(&both));
        assert!(!both.covers(&Reach::Everything));
        assert!(both.covers(&of(&["a"], &[])) && both.covers(&of(&[], &["s"])));
        assert!(!both.covers(&of(&["c"], &[])) && !both.covers(&of(&[], &["a"])));
    }

    #[test]
    fn the_best_of_several_grants_counts() {
        let grants = [Grant::whole(Role::Supplier), Grant::whole(Role::Analyst)];
        let stranger = |_: &Grant| Standing::Stranger;
        assert_eq!(
            decide_all(&grants, Action::ReadContract, stranger),
            Verdict::May
        );
        assert_eq!(
            decide_all(&grants, Action::Report, stranger),
            Verdict::MayNot
        );
        assert_eq!(
            decide_all(&[], Action::ReadReference, stranger),
            Verdict::SignIn
        );
    }
}
